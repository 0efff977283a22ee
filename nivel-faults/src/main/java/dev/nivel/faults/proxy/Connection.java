package dev.nivel.faults.proxy;

import java.io.IOException;
import java.net.Socket;

/** A client's connection and the one to the server that belongs to it. Thread-safe. */
final class Connection {
  private final FaultProxy proxy;
  private final Socket client;
  private final Socket server;
  /** Whether the reply to the last request is to be lost. */
  private volatile boolean losesReply;

  Connection(FaultProxy proxy, Socket client, Socket server) {
    this.proxy = proxy;
    this.client = client;
    this.server = server;
  }

  /** Begins to carry bytes. */
  void start(boolean isRedis) throws IOException {
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    Pump requests = new Pump(this, Direction.TO_SERVER, null);
    Pump replies = new Pump(this, Direction.TO_CLIENT, isRedis ? new Replies() : null);
    Thread.ofVirtual().start(requests::run);
    Thread.ofVirtual().start(replies::run);
  }

  Socket from(Direction direction) {
    return direction == Direction.TO_SERVER ? client : server;
  }

  Socket to(Direction direction) {
    return direction == Direction.TO_SERVER ? server : client;
  }

  Disturbance disturbance() {
    return proxy.disturbance();
  }

  boolean losesReply() {
    return losesReply;
  }

  /** A request begins, the reply to which is to be lost, or is not. */
  void loseReply(boolean isWanted) {
    losesReply = isWanted;
  }

  /** Ends both connections in good order. */
  void close() {
    close(client);
    close(server);
    proxy.forget(this);
  }

  /** Ends both connections by a reset. */
  void reset() {
    reset(client);
    reset(server);
    proxy.forget(this);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) { // it is gone, which is what was wanted
      return;
    }
  }

  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) { // it is gone, which is what was wanted
      return;
    } finally {
      close(socket);
    }
  }
}
