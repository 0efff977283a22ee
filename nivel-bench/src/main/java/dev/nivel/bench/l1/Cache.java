package dev.nivel.bench.l1;

import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.cache.CacheBuilder;
import dev.nivel.BareL1;
import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.store.Value;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A cache as its users would set it up: bounded, with a time to live and statistics. */
interface Cache extends AutoCloseable {
  /** The name of the entry in each conversation. */
  String ENTRY = "state";
  Duration TTL = Duration.ofHours(1);

  /** The value; null if it is not there. */
  @Nullable
  Object get(String conversation);

  void put(String conversation, byte[] value);

  @Override
  default void close() {}

  static Cache of(CacheKind kind, int capacity) {
    return switch (kind) {
      case NIVEL -> new OfNivel(capacity);
      case BARE_L1 -> new OfBareL1(capacity);
      case CAFFEINE -> new OfCaffeine(capacity);
      case GUAVA -> new OfGuava(capacity);
      case JETCACHE -> new OfJetCache(capacity);
      case REDISSON -> new LocalCopies(capacity);
      case MAP -> new OfMap();
      case LIMIT -> new LeastWork();
      case ACCESS_ORDER -> new AccessOrder(capacity);
    };
  }

  /** Through the library's whole read path, on a real Redis. */
  final class OfNivel implements Cache {
    private final Nivel nivel;

    OfNivel(int capacity) {
      Map<String, String> variables = new HashMap<>();
      System.getProperties()
          .forEach((name, value) -> {
            if (name.toString().startsWith("bench.")) {
              variables.put(name.toString().substring("bench.".length()), value.toString());
            }
          });
      variables.put("REDIS_L1_CACHE_SIZE", Integer.toString(capacity));
      variables.put("REDIS_L1_CACHE_TTL", Long.toString(TTL.toSeconds()));
      nivel = Nivel.open(NivelConfig.of(variables));
    }

    @Override
    public @Nullable Object get(String conversation) {
      return nivel.conversation(conversation).get(ENTRY).orElse(null);
    }

    @Override
    public void put(String conversation, byte[] value) {
      nivel.conversation(conversation).put(ENTRY, Value.of(value, Value.JSON));
    }

    @Override
    public void close() {
      nivel.close();
    }
  }

  /** The first level by itself. */
  final class OfBareL1 implements Cache {
    private final BareL1 l1;

    OfBareL1(int capacity) {
      l1 = new BareL1(capacity, TTL);
    }

    @Override
    public @Nullable Object get(String conversation) {
      return l1.get(conversation, ENTRY);
    }

    @Override
    public void put(String conversation, byte[] value) {
      l1.install(conversation, ENTRY, Value.of(value, Value.JSON));
    }
  }

  /** As Nivel's users would have it in Nivel's place. */
  final class OfCaffeine implements Cache {
    private final com.github.benmanes.caffeine.cache.Cache<Key, byte[]> cache;

    OfCaffeine(int capacity) {
      cache = Caffeine.newBuilder()
          .maximumSize(capacity)
          .expireAfterWrite(TTL)
          .recordStats()
          .build();
    }

    @Override
    public @Nullable Object get(String conversation) {
      return cache.getIfPresent(new Key(conversation, ENTRY));
    }

    @Override
    public void put(String conversation, byte[] value) {
      cache.put(new Key(conversation, ENTRY), value);
    }
  }

  /** The same of Guava. */
  final class OfGuava implements Cache {
    private final com.google.common.cache.Cache<Key, byte[]> cache;

    OfGuava(int capacity) {
      cache = CacheBuilder.newBuilder()
          .concurrencyLevel(1) // else a part of it may be full before the whole is
          .maximumSize(capacity)
          .expireAfterWrite(TTL)
          .recordStats()
          .build();
    }

    @Override
    public @Nullable Object get(String conversation) {
      return cache.getIfPresent(new Key(conversation, ENTRY));
    }

    @Override
    public void put(String conversation, byte[] value) {
      cache.put(new Key(conversation, ENTRY), value);
    }
  }

  /** JetCache with memory only; it keeps Caffeine inside. */
  final class OfJetCache implements Cache {
    private final com.alicp.jetcache.Cache<Key, byte[]> cache;

    OfJetCache(int capacity) {
      cache = CaffeineCacheBuilder.createCaffeineCacheBuilder()
          .limit(capacity)
          .expireAfterWrite(TTL.toSeconds(), TimeUnit.SECONDS)
          .buildCache();
    }

    @Override
    public @Nullable Object get(String conversation) {
      return cache.get(new Key(conversation, ENTRY));
    }

    @Override
    public void put(String conversation, byte[] value) {
      cache.put(new Key(conversation, ENTRY), value);
    }
  }

  /** No cache, but what none can be faster than. */
  final class OfMap implements Cache {
    private final ConcurrentHashMap<Key, byte[]> map = new ConcurrentHashMap<>();

    @Override
    public @Nullable Object get(String conversation) {
      return map.get(new Key(conversation, ENTRY));
    }

    @Override
    public void put(String conversation, byte[] value) {
      map.put(new Key(conversation, ENTRY), value);
    }
  }
}
