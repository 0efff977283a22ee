package dev.nivel.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Stands before a server of this machine and holds each of its replies back for a time, as a longer
 * way to it would. Replies keep their order, and wait side by side.
 */
final class DelayProxy implements AutoCloseable {
  private static final int BACKLOG = 128;
  private static final int BUFFER_BYTES = 65_536;

  private final int target;
  private final long delayNanos;
  private final ServerSocket server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /** Bytes on their way, and when they arrive; none = the end. */
  private record Packet(byte[] bytes, long atNanos) {}

  private DelayProxy(int target, Duration delay) throws IOException {
    this.target = target;
    delayNanos = delay.toNanos();
    server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
  }

  /** Stands before a port and adds this to each round trip. */
  static DelayProxy before(int port, Duration roundTrip) {
    try {
      DelayProxy proxy = new DelayProxy(port, roundTrip);
      Thread.ofPlatform().daemon().start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
        caller.setTcpNoDelay(true);
        store.setTcpNoDelay(true);
        pump(caller, store, 0);
        pump(store, caller, delayNanos);
      }
    } catch (IOException e) {
      close();
    }
  }

  private static void pump(Socket from, Socket to, long delayNanos) {
    LinkedBlockingQueue<Packet> packets = new LinkedBlockingQueue<>();
    Thread.ofPlatform().daemon().start(() -> read(from, packets, delayNanos));
    Thread.ofPlatform().daemon().start(() -> write(to, packets));
  }

  private static void read(Socket from, LinkedBlockingQueue<Packet> packets, long delayNanos) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      for (int count = from.getInputStream().read(buffer); count >= 0; count = from
          .getInputStream()
          .read(buffer)) {
        packets.add(new Packet(Arrays.copyOf(buffer, count), System.nanoTime() + delayNanos));
      }
    } catch (IOException e) {
      packets.clear(); // the other side has gone
    }
    packets.add(new Packet(new byte[0], System.nanoTime()));
  }

  private static void write(Socket to, LinkedBlockingQueue<Packet> packets) {
    try (to) {
      for (Packet packet = packets.take(); packet.bytes().length > 0; packet = packets.take()) {
        TimeUnit.NANOSECONDS.sleep(packet.atNanos() - System.nanoTime());
        to.getOutputStream().write(packet.bytes());
      }
    } catch (IOException e) {
      packets.clear(); // the caller has gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
    }
  }
}
