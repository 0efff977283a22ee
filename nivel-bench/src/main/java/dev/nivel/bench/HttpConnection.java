package dev.nivel.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A connection that is kept, with one request under way at most. It reads of an answer no more than
 * what tells where it ends. For use by one thread.
 */
final class HttpConnection implements AutoCloseable {
  private static final int ANSWER_BYTES_MAX = 1 << 16;
  private static final int END_OF_HEAD = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';
  private static final String LENGTH = "\r\ncontent-length: ";

  private final SocketChannel channel;
  private final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES_MAX);
  /** Where the body begins; 0 = the head is not complete yet. */
  private int bodyFrom;
  private int end;
  private int headScanned;
  private long sinceNanos;
  private boolean hasTime;

  private HttpConnection(SocketChannel channel) {
    this.channel = channel;
  }

  static HttpConnection open(Selector selector, int port) throws IOException {
    SocketChannel channel = SocketChannel.open(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    HttpConnection connection = new HttpConnection(channel);
    channel.register(selector, SelectionKey.OP_READ, connection);
    return connection;
  }

  /**
   * Sends a request.
   *
   * @param since from when on its time is counted
   */
  void send(ByteBuffer request, long since) throws IOException {
    sinceNanos = since;
    hasTime = true;
    answer.clear();
    bodyFrom = 0;
    headScanned = 0;
    channel.write(request);
    if (request.hasRemaining()) {
      throw new IOException("a request did not fit into the socket's buffer");
    }
  }

  long sinceNanos() {
    return sinceNanos;
  }

  /** Learns that the time of the request that is under way tells nothing. */
  void loseTime() {
    hasTime = false;
  }

  /** Whether the time of the last request tells something. */
  boolean hasTime() {
    return hasTime;
  }

  /**
   * Reads what has come; returns whether the answer is complete.
   *
   * @param status that it must have
   */
  boolean receive(String status) throws IOException {
    if (channel.read(answer) < 0) {
      throw new IOException("the server closed a connection");
    }
    if (bodyFrom == 0 && isHeadComplete()) {
      String head = head();
      if (!head.startsWith("HTTP/1.1 " + status)) {
        throw new IOException("a request was answered with " + head);
      }
      int from = head.toLowerCase(Locale.ROOT).indexOf(LENGTH) + LENGTH.length();
      end = bodyFrom + Integer.parseInt(head, from, head.indexOf('\r', from), 10);
    }
    return bodyFrom > 0 && answer.position() >= end;
  }

  private boolean isHeadComplete() {
    while (headScanned + Integer.BYTES <= answer.position()) {
      if (answer.getInt(headScanned) == END_OF_HEAD) {
        bodyFrom = headScanned + Integer.BYTES;
        return true;
      }
      headScanned++;
    }
    return false;
  }

  /** The head of the last answer. */
  String head() {
    byte[] head = new byte[bodyFrom];
    answer.get(0, head);
    return new String(head, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
