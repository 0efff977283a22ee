package dev.nivel.bench.l1;

import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.api.options.LocalCachedMapOptions.EvictionPolicy;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.codec.CompositeCodec;
import org.redisson.config.Config;

/** A map of Redisson in Redis, of which this process keeps copies: one map for all states. */
final class LocalCopies implements Cache {
  private final RedissonClient redisson;
  private final RLocalCachedMap<String, byte[]> map;

  LocalCopies(int capacity) {
    Config config = new Config();
    config.useSingleServer().setAddress(System.getProperty("bench.REDIS_URL"));
    redisson = Redisson.create(config);
    map = redisson.getLocalCachedMap(LocalCachedMapOptions.<String, byte[]>name(Cache.ENTRY)
        .codec(new CompositeCodec(StringCodec.INSTANCE, ByteArrayCodec.INSTANCE))
        .cacheSize(capacity)
        .evictionPolicy(EvictionPolicy.LRU)
        .timeToLive(TTL));
  }

  @Override
  public @Nullable Object get(String conversation) {
    return map.get(conversation);
  }

  @Override
  public void put(String conversation, byte[] value) {
    map.put(conversation, value);
  }

  @Override
  public void close() {
    redisson.shutdown();
  }
}
