package dev.nivel.redis;

import dev.nivel.store.NivelException;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server that takes writes, and the connection to it. After a break all calls fail at once until
 * {@link #connect} has been called and its handshake accepted the server. Safe for use by several
 * threads.
 */
final class Master implements AutoCloseable {
  private static final Duration NEVER_HEARD = Duration.ofHours(1);

  private final Address address;
  private final Connector connector;
  private final Time time;
  private final RedisClock clock;
  private volatile ServerFacts facts = ServerFacts.NONE;
  private volatile long heardAtNanos;
  private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;

  Master(Address address, Connector connector, Time time) {
    this.address = address;
    this.connector = connector;
    this.time = time;
    clock = new RedisClock(time);
    heardAtNanos = never(time);
  }

  /** What a new connection must pass before it is used. */
  interface Handshake {
    /** Checks the server; throws if it must not be used. */
    void accept(RedisAsyncCommands<byte[], byte[]> commands);
  }

  /** A moment so long ago that nothing is believed for its sake. */
  static long never(Time time) {
    return time.nanos() - NEVER_HEARD.toNanos();
  }

  Address address() {
    return address;
  }

  RedisClock clock() {
    return clock;
  }

  /** What the server said of itself last. */
  ServerFacts facts() {
    return facts;
  }

  void learn(ServerFacts said) {
    facts = said;
  }

  /** When the last question was sent that was answered on this master's change channel. */
  long heardAtNanos() {
    return heardAtNanos;
  }

  void heard(long atNanos) {
    heardAtNanos = atNanos;
  }

  /**
   * The commands of the present connection.
   *
   * @throws UnavailableException if there is none
   */
  RedisAsyncCommands<byte[], byte[]> commands() {
    @Nullable StatefulRedisConnection<byte[], byte[]> present = connection;
    if (present == null || !present.isOpen()) {
      throw new UnavailableException("Redis at " + address + " is not connected");
    }
    return present.async();
  }

  boolean isConnected() {
    @Nullable StatefulRedisConnection<byte[], byte[]> present = connection;
    return present != null && present.isOpen();
  }

  /**
   * Replaces the connection. One caller at a time: the housekeeper's thread for Redis.
   *
   * @param handshake decides about the new one before anybody else uses it
   * @param onBreak what is to be run when it breaks later; must not block
   */
  void connect(Handshake handshake, Runnable onBreak) {
    disconnect();
    StatefulRedisConnection<byte[], byte[]> opened = connector.connect(address);
    try {
      handshake.accept(opened.async());
    } catch (NivelException e) {
      Connector.close(opened);
      throw e;
    }
    opened.addListener(new RedisConnectionStateListener() {
      @Override
      public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
        if (opened.equals(connection)) {
          onBreak.run();
        }
      }
    });
    connection = opened;
  }

  /** Gives up the present connection, if there is one. */
  void disconnect() {
    @Nullable StatefulRedisConnection<byte[], byte[]> present = connection;
    connection = null;
    if (present != null) {
      Connector.close(present);
    }
  }

  /** Measures by how much its clock differs from this machine's. */
  void measureClock(RedisAsyncCommands<byte[], byte[]> commands) {
    long before = time.millis();
    List<byte[]> reply = connector.await("L2 TIME", commands.time());
    long after = time.millis();
    clock.measured(millis(reply), before, after);
  }

  /** The milliseconds since 1970 in a reply to TIME. */
  static long millis(List<byte[]> reply) {
    ScriptReply.requireSize(2, reply, "TIME");
    try {
      long seconds = Long.parseLong(RedisKeys.text(reply.get(0)));
      long micros = Long.parseLong(RedisKeys.text(reply.get(1)));
      return seconds * 1_000 + micros / 1_000;
    } catch (NumberFormatException e) {
      throw new UnavailableException("Redis does not tell its time", Outcome.NOT_APPLIED, e);
    }
  }

  @Override
  public void close() {
    disconnect();
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
