package dev.nivel.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;

import static java.nio.charset.StandardCharsets.UTF_8;

/** One connection to Redis, with as much of its protocol as setting servers up needs. */
final class RedisWire implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofMinutes(2);

  private final Socket socket;
  private final InputStream in;

  RedisWire(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    in = new BufferedInputStream(socket.getInputStream());
    waitAtMost(ANSWER_MAX);
  }

  void waitAtMost(Duration limit) throws IOException {
    socket.setSoTimeout((int) limit.toMillis());
  }

  /** The answer with its first character: {@code +OK}, {@code -ERR ...}, {@code $value}. */
  String ask(String... command) throws IOException {
    send(command);
    return answer();
  }

  void send(String... command) throws IOException {
    StringBuilder text = new StringBuilder("*" + command.length + "\r\n");
    for (String part : command) {
      text.append("$" + part.getBytes(UTF_8).length + "\r\n" + part + "\r\n");
    }
    socket.getOutputStream().write(text.toString().getBytes(UTF_8));
  }

  String answer() throws IOException {
    String line = line();
    if (line.startsWith("*")) {
      StringBuilder all = new StringBuilder(line);
      for (int i = Integer.parseInt(line.substring(1)); i > 0; i--) {
        all.append(answer());
      }
      return all.toString();
    }
    return line.startsWith("$") && !line.equals("$-1") ? "$" + bulk(line) : line;
  }

  private String bulk(String head) throws IOException {
    byte[] bytes = in.readNBytes(Integer.parseInt(head.substring(1)) + 2);
    return new String(bytes, 0, bytes.length - 2, UTF_8);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("Redis closed the connection after: " + line);
      }
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
