package dev.nivel.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Requests as bytes, ready to be sent: making them costs the load next to nothing. Stateless. */
final class HttpRequests {
  /** As long as one that somebody generated. */
  static final String TOKEN = "bench-0123456789abcdef0123456789abcdef";
  static final String CONVERSATION = "/cache/conversations/bench-0000000000";
  static final String ENTRY = CONVERSATION + "/entries/state";
  private static final int DIGITS = 10;
  /** After so many items the next conversation begins, as after a call. */
  private static final long ITEMS_A_CONVERSATION = 40;

  private HttpRequests() {}

  /** Reads a path, over and over. */
  static Supplier<ByteBuffer> get(String path, String... headers) {
    ByteBuffer request = direct("GET " + path + " HTTP/1.1\r\n" + common()
        + String.join("", headers) + "\r\n");
    return request::rewind;
  }

  /** Appends a turn to one conversation after the other, each of them new. */
  static Supplier<ByteBuffer> append(long firstConversation, String turn) {
    ByteBuffer request = direct("POST " + CONVERSATION + "/items HTTP/1.1\r\n" + common()
        + "Content-Type: application/json\r\nContent-Length: "
        + turn.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + turn);
    int digits = ("POST " + CONVERSATION).length() - DIGITS;
    long[] made = new long[1];
    return () -> {
      long number = firstConversation + made[0]++ / ITEMS_A_CONVERSATION;
      for (int i = DIGITS - 1; i >= 0; i--) {
        request.put(digits + i, (byte) ('0' + number % 10));
        number /= 10;
      }
      return request.rewind();
    };
  }

  private static String common() {
    return "Host: 127.0.0.1\r\nAuthorization: Bearer " + TOKEN + "\r\n";
  }

  private static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
