package dev.nivel.supabase;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands before a server and keeps what its callers say. */
final class RecordingProxy implements AutoCloseable {
  private final int target;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  /** Synchronizes itself. */
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private RecordingProxy(int target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** Stands before a port of this machine. */
  static RecordingProxy before(int port) throws IOException {
    RecordingProxy proxy = new RecordingProxy(port);
    proxy.threads.execute(proxy::accept);
    return proxy;
  }

  int port() {
    return server.getLocalPort();
  }

  /** All that callers have said, byte by byte. */
  String said() {
    return said.toString(StandardCharsets.ISO_8859_1);
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket caller = server.accept();
        Socket store = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.addAll(List.of(caller, store));
        threads.execute(() -> pump(caller, store, said));
        threads.execute(() -> pump(store, caller, OutputStream.nullOutputStream()));
      }
    } catch (IOException e) {
      close();
    }
  }

  private static void pump(Socket from, Socket to, OutputStream copy) {
    byte[] bytes = new byte[8192];
    try (from; to) {
      InputStream in = from.getInputStream();
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        copy.write(bytes, 0, count);
        to.getOutputStream().write(bytes, 0, count);
      }
    } catch (IOException e) {
      return; // one of the two has gone, and the other goes with it
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
