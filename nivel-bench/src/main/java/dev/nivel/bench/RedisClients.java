package dev.nivel.bench;

import dev.nivel.redis.RedisL2;
import dev.nivel.redis.RedisSettings;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.L2;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.redisson.Redisson;
import org.redisson.api.RMap;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.codec.CompositeCodec;
import org.redisson.config.Config;

/** Nivel's L2, Lettuce as it is, and Redisson as it is, on one Redis. */
final class RedisClients implements AutoCloseable {
  /** The machine may be busy, and a slow store is not an outage here. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration TTL = Duration.ofHours(1);
  private static final int VALUE_BYTES_MAX = 1 << 20;

  private final RedisL2 nivel;
  private final RedisClient lettuce;
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final LeastPut least;
  private final RedissonClient redisson;

  /**
   * Connects all of them.
   *
   * @param compressionBytes from which length on Nivel compresses; the others never do
   */
  RedisClients(String url, int compressionBytes) {
    nivel = RedisL2.open(new RedisSettings(url, RedisSettings.Login.OF_URL, PATIENCE, TTL,
        new RedisSettings.Compressing(compressionBytes, false), VALUE_BYTES_MAX,
        ItemBounds.DEFAULT), Time.SYSTEM, () -> 1);
    nivel.listen(L2.Listener.NONE);
    nivel.probe(true);
    lettuce = RedisClient.create(url);
    connection = lettuce.connect(ByteArrayCodec.INSTANCE);
    least = new LeastPut(lettuce);
    Config config = new Config();
    config.useSingleServer().setAddress(url);
    redisson = Redisson.create(config);
  }

  RedisL2 nivel() {
    return nivel;
  }

  byte[] hget(String key, String field) {
    return await(connection.async().hget(bytes(key), bytes(field)));
  }

  Map<byte[], byte[]> hgetall(String key) {
    return await(connection.async().hgetall(bytes(key)));
  }

  boolean hset(String key, String field, byte[] value) {
    return await(connection.async().hset(bytes(key), bytes(field), value));
  }

  /** The least that a put must do; returns whether it was newer than what was held. */
  boolean leastPut(String key, String field, Stamp stamp, byte[] value) {
    return new String(await(least.send(key, field, stamp, value)), StandardCharsets.UTF_8)
        .equals("STORED");
  }

  /** A map whose values are bytes, as those of the others are. */
  RMap<String, byte[]> redissonMap(String name) {
    return redisson.getMap(name,
        new CompositeCodec(StringCodec.INSTANCE,
            org.redisson.client.codec.ByteArrayCodec.INSTANCE));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What was asked for, as soon as it is there. */
  static <T> T await(RedisFuture<T> reply) {
    try {
      return reply.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("a call was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Redis failed", e);
    }
  }

  @Override
  public void close() {
    redisson.shutdown(0, 2, java.util.concurrent.TimeUnit.SECONDS);
    lettuce.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    nivel.close();
  }
}
