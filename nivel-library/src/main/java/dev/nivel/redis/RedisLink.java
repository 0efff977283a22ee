package dev.nivel.redis;

import dev.nivel.store.NivelException;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to Redis. It is never re-established behind anybody's back: after a break all
 * calls fail at once until {@link #connect} has been called and its handshake accepted the server.
 * Nothing is queued while disconnected, nothing is replayed, and every wait has a deadline. Safe
 * for use by several threads.
 */
final class RedisLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
  private static final int IN_FLIGHT_MAX = 4_096;
  private static final long CONNECT_MILLIS_MIN = 500;

  /** What a new connection must pass before it is used. */
  interface Handshake {
    /** Checks the server; throws if it must not be used. */
    void accept(RedisAsyncCommands<byte[], byte[]> commands);
  }

  private final RedisClient client;
  private final RedisURI uri;
  private final Duration timeout;
  private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;
  private volatile @Nullable Runnable onDisconnect;

  RedisLink(RedisSettings settings) {
    uri = settings.uri();
    timeout = settings.timeout();
    client = RedisClient.create();
    client.setOptions(options(timeout));
  }

  private static ClientOptions options(Duration timeout) {
    Duration connectTimeout = Duration
        .ofMillis(Math.max(CONNECT_MILLIS_MIN, timeout.toMillis() * 2));
    return ClientOptions.builder()
        .autoReconnect(false)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(command -> true) // true means: drop
        .requestQueueSize(IN_FLIGHT_MAX)
        .timeoutOptions(TimeoutOptions.enabled(timeout))
        .socketOptions(SocketOptions.builder()
            .connectTimeout(connectTimeout)
            .tcpNoDelay(true)
            .keepAlive(SocketOptions.KeepAliveOptions.builder()
                .enable()
                .idle(Duration.ofSeconds(5))
                .interval(Duration.ofSeconds(1))
                .count(3)
                .build())
            .build())
        .build();
  }

  /** Names what is to be run when a connection that was in use breaks; must not block. */
  void onDisconnect(Runnable action) {
    onDisconnect = action;
  }

  /** The deadline of one call. */
  Duration timeout() {
    return timeout;
  }

  /**
   * The commands of the present connection.
   *
   * @throws UnavailableException if there is none
   */
  RedisAsyncCommands<byte[], byte[]> commands() {
    @Nullable StatefulRedisConnection<byte[], byte[]> present = connection;
    if (present == null || !present.isOpen()) {
      throw new UnavailableException("Redis is not connected");
    }
    return present.async();
  }

  /** Whether there is a connection. */
  boolean isConnected() {
    @Nullable StatefulRedisConnection<byte[], byte[]> present = connection;
    return present != null && present.isOpen();
  }

  /**
   * Replaces the connection. One caller at a time: the housekeeper's thread for Redis.
   *
   * @param handshake decides about the new one before anybody else uses it
   */
  void connect(Handshake handshake) {
    disconnect();
    StatefulRedisConnection<byte[], byte[]> opened;
    try {
      opened = client.connect(ByteArrayCodec.INSTANCE, uri);
    } catch (RedisException e) {
      throw RedisErrors.of("connecting to Redis at " + uri.getHost() + ":" + uri.getPort(), e,
          timeout);
    }
    try {
      handshake.accept(opened.async());
    } catch (NivelException e) {
      close(opened);
      throw e;
    }
    opened.addListener(new RedisConnectionStateListener() {
      @Override
      public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
        Runnable action = onDisconnect;
        if (action != null) {
          action.run();
        }
      }
    });
    connection = opened;
  }

  /** A connection for messages, apart from that for commands. */
  StatefulRedisPubSubConnection<byte[], byte[]> connectForMessages() {
    try {
      return client.connectPubSub(ByteArrayCodec.INSTANCE, uri);
    } catch (RedisException e) {
      throw RedisErrors.of("connecting to Redis for messages", e, timeout);
    }
  }

  /** Gives up the present connection, if there is one. */
  void disconnect() {
    @Nullable StatefulRedisConnection<byte[], byte[]> present = connection;
    connection = null;
    if (present != null) {
      close(present);
    }
  }

  /** Closes a connection without waiting for its end. */
  static void close(StatefulConnection<?, ?> connection) {
    CompletableFuture<Void> unused = connection.closeAsync().exceptionally(failure -> {
      LOG.debug("A connection to Redis did not close in order", failure);
      return null;
    });
  }

  /** The result of a command, within the deadline of one call. */
  <T> T await(String operation, RedisFuture<T> future) {
    return await(operation, future.toCompletableFuture());
  }

  private <T> T await(String operation, Future<T> future) {
    try {
      return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      future.cancel(true);
      throw new UnavailableException(operation + " was interrupted", Outcome.UNKNOWN, e);
    } catch (ExecutionException | TimeoutException e) {
      future.cancel(true);
      throw RedisErrors.of(operation, e, timeout);
    }
  }

  @Override
  public void close() {
    onDisconnect = null;
    disconnect();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
