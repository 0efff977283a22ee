package dev.nivel.redis;

import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections to servers. None is ever re-established behind anybody's back: nothing is
 * queued while it is broken, nothing is replayed, and every wait has a deadline. Safe for use by
 * several threads.
 */
final class Connector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Connector.class);
  private static final int IN_FLIGHT_MAX = 4_096;
  private static final long CONNECT_MILLIS_MIN = 500;

  private final Deadlines deadlines = new Deadlines();
  private final ClientResources resources = DefaultClientResources.builder()
      .nettyCustomizer(new FlushTogether())
      .timer(deadlines.timer())
      .build();
  private final RedisClient client = RedisClient.create(resources);
  private final RedisUrl url;
  private final RedisSettings.Login login;
  private final Duration timeout;

  Connector(RedisSettings settings) {
    url = settings.address();
    login = settings.login();
    timeout = settings.timeout();
    client.setOptions(options(timeout, login.caFile()));
  }

  private static ClientOptions options(Duration timeout, @Nullable Path caFile) {
    Duration connectTimeout = Duration
        .ofMillis(Math.max(CONNECT_MILLIS_MIN, timeout.toMillis() * 2));
    SslOptions.Builder tls = SslOptions.builder().jdkSslProvider();
    return ClientOptions.builder()
        .autoReconnect(false)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(command -> true) // true means: drop
        .requestQueueSize(IN_FLIGHT_MAX)
        .timeoutOptions(TimeoutOptions.create()) // whoever waits has a deadline of his own
        .sslOptions((caFile == null ? tls : tls.trustManager(caFile.toFile())).build())
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

  /** What the URL says. */
  RedisUrl url() {
    return url;
  }

  /** The deadline of one call. */
  Duration timeout() {
    return timeout;
  }

  /** A connection for commands. */
  StatefulRedisConnection<byte[], byte[]> connect(Address address) {
    try {
      return client.connect(ByteArrayCodec.INSTANCE, uri(address));
    } catch (RedisException e) {
      throw RedisErrors.of("connecting to Redis at " + address, e, timeout);
    }
  }

  /** A connection for messages, apart from that for commands. */
  StatefulRedisPubSubConnection<byte[], byte[]> connectForMessages(Address address) {
    try {
      return client.connectPubSub(ByteArrayCodec.INSTANCE, uri(address));
    } catch (RedisException e) {
      throw RedisErrors.of("connecting to Redis at " + address + " for messages", e, timeout);
    }
  }

  /** A connection to a Sentinel, which knows neither users nor databases. */
  CompletableFuture<StatefulRedisConnection<String, String>> connectToSentinel(Address address) {
    return client.connectAsync(StringCodec.UTF8, plainUri(address).build())
        .toCompletableFuture();
  }

  private RedisURI.Builder plainUri(Address address) {
    return RedisURI.Builder.redis(address.host(), address.port())
        .withSsl(url.isTLS())
        .withTimeout(timeout);
  }

  private RedisURI uri(Address address) {
    RedisURI.Builder uri = plainUri(address).withDatabase(url.database());
    @Nullable String password = login.password() != null ? login.password() : url.password();
    if (password != null) {
      @Nullable String user = login.password() != null ? login.username() : url.user();
      uri.withAuthentication(RedisCredentialsProvider.from(
          () -> RedisCredentials.just(user == null ? "default" : user, password)));
    }
    return uri.build();
  }

  /** The result of a command, within the deadline of one call. */
  <T extends @Nullable Object> T await(String operation, CompletionStage<T> reply) {
    return await(operation, reply, timeout.toNanos());
  }

  /** The result of a command, within the given time. */
  <T extends @Nullable Object> T await(String operation, CompletionStage<T> reply, long nanos) {
    CompletableFuture<T> future = reply.toCompletableFuture();
    try {
      return deadlines.await(future, nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      future.cancel(true);
      throw new UnavailableException(operation + " was interrupted", Outcome.UNKNOWN, e);
    } catch (ExecutionException e) {
      throw RedisErrors.of(operation, e, timeout);
    }
  }

  /** Closes a connection without waiting for its end. */
  static void close(StatefulConnection<?, ?> connection) {
    CompletableFuture<Void> unused = connection.closeAsync().exceptionally(failure -> {
      LOG.debug("A connection to Redis did not close in order", failure);
      return null;
    });
  }

  /**
   * Has commands of several callers leave in one packet if they come at the same time. A single
   * caller's command leaves as soon as the connection's thread has nothing else to write.
   */
  private static final class FlushTogether implements NettyCustomizer {
    private static final int COMMANDS_MAX = 256;

    @Override
    public void afterChannelInitialized(Channel channel) {
      channel.pipeline().addFirst(new FlushConsolidationHandler(COMMANDS_MAX, true));
    }
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    Future<?> unused = resources.shutdown(0, 2, TimeUnit.SECONDS);
    deadlines.close();
  }
}
