package dev.nivel.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between a client and a server; single lines can be cut so that neither end notices. */
final class LineProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final List<Line> lines = new CopyOnWriteArrayList<>();

  private LineProxy(ServerSocket listening, int target) {
    this.listening = listening;
    this.target = target;
  }

  /** A connection through the proxy. */
  private record Line(Socket client, Socket server, CutMark mark) {}

  private static final class CutMark {
    volatile boolean isCut;
  }

  static LineProxy to(int port) throws IOException {
    LineProxy proxy = new LineProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
        port);
    start(proxy::accept);
    return proxy;
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "line");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Lets no byte through any more on the line that was opened as the last one. */
  void cutLast() {
    lines.get(lines.size() - 1).mark().isCut = true;
  }

  int lineCount() {
    return lines.size();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        Line line = new Line(client, server, new CutMark());
        lines.add(line);
        start(() -> copy(line, client, server));
        start(() -> copy(line, server, client));
      } catch (IOException e) {
        close(); // nobody needs it any more
      }
    }
  }

  private static void copy(Line line, Socket from, Socket to) {
    byte[] bytes = new byte[8_192];
    try (from; to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
        if (!line.mark().isCut) {
          out.write(bytes, 0, length);
        }
      }
    } catch (IOException e) {
      line.mark().isCut = true; // one end is gone
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Line line : lines) {
        line.client().close();
        line.server().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
