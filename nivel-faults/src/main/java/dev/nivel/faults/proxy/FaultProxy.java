package dev.nivel.faults.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy on loopback that stands between a client and a server and, on demand, does to their
 * connections what networks do. One disturbance at a time; the later one takes the place of the
 * earlier. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final int BACKLOG = 128;

  private final ServerSocket listener;
  private final int serverPort;
  private final boolean isRedis;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong swaps = new AtomicLong();
  private final AtomicLong lostReplies = new AtomicLong();
  private volatile Disturbance disturbance = new Disturbance.None();
  private volatile boolean refuses;

  private FaultProxy(ServerSocket listener, int serverPort, boolean isRedis) {
    this.listener = listener;
    this.serverPort = serverPort;
    this.isRedis = isRedis;
  }

  /** A proxy before any server on loopback. */
  public static FaultProxy before(int serverPort) {
    return open(serverPort, false);
  }

  /** A proxy before Redis, which knows where its replies begin and end. */
  public static FaultProxy beforeRedis(int serverPort) {
    return open(serverPort, true);
  }

  private static FaultProxy open(int serverPort, boolean isRedis) {
    try {
      ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
      FaultProxy proxy = new FaultProxy(listener, serverPort, isRedis);
      Thread.ofVirtual().start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where clients connect to. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Ends all connections by a reset and refuses new ones. */
  public void cut() {
    refuse();
    connections.forEach(Connection::reset);
  }

  /** Refuses new connections; those that there are go on. */
  public void refuse() {
    refuses = true;
  }

  /**
   * Lets the bytes of one direction vanish while connections stay open. TCP leaves out nothing, so
   * what has lost bytes is reset with the first bytes after the healing.
   */
  public void cutOneWay(Direction direction) {
    disturbance = new Disturbance.OneWayCut(direction);
  }

  /** Lets bytes arrive later by this long. */
  public void delay(Duration by) {
    disturbance = new Disturbance.Delay(by);
  }

  /** Lets so many bytes pass in a second, of each connection and direction. */
  public void throttle(long bytesPerSecond) {
    disturbance = new Disturbance.Throttle(bytesPerSecond);
  }

  /** Resets the connection on which so many bytes more of a direction have passed, once. */
  public void resetAfter(Direction direction, long bytes) {
    disturbance = new Disturbance.Reset(direction, new AtomicLong(bytes));
  }

  /** Ends the connection on which so many bytes more of a direction have passed, once. */
  public void truncateAfter(Direction direction, long bytes) {
    disturbance = new Disturbance.Truncate(direction, new AtomicLong(bytes));
  }

  /** Turns one bit of the byte after so many more of a direction, once. */
  public void flipAfter(Direction direction, long bytes) {
    disturbance = new Disturbance.Flip(direction, new AtomicLong(bytes));
  }

  /**
   * Resets so many connections on which a reply arrives to an HTTP request that posts to a path:
   * its server has done what was asked, and its client never learns that.
   *
   * @param path how the path begins
   */
  public void loseReplies(String path, long times) {
    disturbance = new Disturbance.LoseReply(path, new AtomicLong(times), lostReplies);
  }

  /** How many such replies were lost since there is this proxy. */
  public long lostReplies() {
    return lostReplies.get();
  }

  /** Lets replies of Redis that hold values change places, where two come together. */
  public void swapReplies() {
    disturbance = new Disturbance.SwapReplies(swaps);
  }

  /** How often two replies have changed places since there is this proxy. */
  public long swaps() {
    return swaps.get();
  }

  /**
   * Turns one bit of the longest value in each reply of Redis.
   *
   * @return how often that has happened
   */
  public AtomicLong flipValues() {
    AtomicLong flips = new AtomicLong();
    disturbance = new Disturbance.FlipValues(flips);
    return flips;
  }

  /** Lets everything pass again. */
  public void heal() {
    disturbance = new Disturbance.None();
    refuses = false;
  }

  /** How many connections are open. */
  public int connections() {
    return connections.size();
  }

  Disturbance disturbance() {
    return disturbance;
  }

  void forget(Connection connection) {
    connections.remove(connection);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void connect(Socket client) {
    if (refuses) {
      Connection.reset(client);
      return;
    }
    Socket server = new Socket();
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort),
          CONNECT_TIMEOUT_MILLIS);
      Connection connection = new Connection(this, client, server);
      connections.add(connection);
      connection.start(isRedis);
      if (refuses) { // it was cut meanwhile
        connection.reset();
      }
    } catch (IOException e) { // the server refuses, and so does its proxy
      Connection.reset(client);
      Connection.reset(server);
    }
  }

  /** Ends all connections and listens no more. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    connections.forEach(Connection::reset);
  }
}
