package dev.nivel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Stands before a server and holds each reply back for a time, in their order. */
final class SlowProxy implements AutoCloseable {
  private final int target;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  /** How long replies are held back. */
  volatile long delayMillis;

  private SlowProxy(int target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** Stands before a port of this machine. */
  static SlowProxy before(int port) throws IOException {
    SlowProxy proxy = new SlowProxy(port);
    proxy.threads.execute(proxy::accept);
    return proxy;
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket caller = server.accept();
        Socket store = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.addAll(List.of(caller, store));
        threads.execute(() -> pump(caller, store, false));
        threads.execute(() -> pump(store, caller, true));
      }
    } catch (IOException e) {
      close();
    }
  }

  private void pump(Socket from, Socket to, boolean isHeldBack) {
    ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    try (from; to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[65_536];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        byte[] bytes = Arrays.copyOf(buffer, read);
        ScheduledFuture<?> unused = later.schedule(() -> write(out, bytes),
            isHeldBack ? delayMillis : 0, TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      // the other side has ended
    } finally {
      later.shutdownNow();
    }
  }

  private static void write(OutputStream out, byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
      throw new UncheckedIOException(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
