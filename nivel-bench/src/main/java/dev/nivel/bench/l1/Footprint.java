package dev.nivel.bench.l1;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nivel.BareL1;
import dev.nivel.store.Value;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * What a cache takes of the heap for each conversation, beyond the conversation itself: the same
 * contents are in all of them, and what an array of them takes is subtracted.
 *
 * @param nivel bytes a conversation
 * @param inOrder the same if all were used again, and eviction has put them in order
 * @param caffeine bytes an entry
 */
public record Footprint(double nivel, double inOrder, double caffeine) {
  private static final int COUNT = 200_000;
  private static final Duration TTL = Duration.ofHours(1);
  private static final Value VALUE = Value.of("1".getBytes(StandardCharsets.UTF_8), Value.JSON);

  /** Measures, by full collections of garbage. */
  public static Footprint measure() {
    String[] ids = Keys.ids(COUNT);
    Supplier<Object[]> kept = () -> Arrays.stream(ids)
        .map(id -> BareL1.kept(Cache.ENTRY, VALUE))
        .toArray();
    double contents = bytes(kept) - Integer.BYTES; // of the reference in the array
    double nivel = bytes(() -> filled(ids));
    double inOrder = bytes(() -> {
      BareL1 l1 = filled(ids);
      Arrays.stream(ids).forEach(id -> l1.get(id, Cache.ENTRY));
      l1.install("one more, for which one must go", Cache.ENTRY, VALUE);
      return l1;
    });
    double caffeine = bytes(() -> {
      com.github.benmanes.caffeine.cache.Cache<Key, Object> cache = Caffeine.newBuilder()
          .maximumSize(COUNT)
          .expireAfterWrite(TTL)
          .recordStats()
          .executor(Runnable::run)
          .build();
      Arrays.stream(ids)
          .forEach(id -> cache.put(new Key(id, Cache.ENTRY), BareL1.kept(Cache.ENTRY, VALUE)));
      cache.cleanUp();
      return cache;
    });
    return new Footprint(nivel - contents, inOrder - contents, caffeine - contents);
  }

  private static BareL1 filled(String[] ids) {
    BareL1 l1 = new BareL1(COUNT, TTL);
    Arrays.stream(ids).forEach(id -> l1.install(id, Cache.ENTRY, VALUE));
    return l1;
  }

  /**
   * The first filling does not count: it loads classes, and with them the directories of all jars
   * that are looked through for them, megabytes that stay on the heap.
   */
  private static <T> double bytes(Supplier<T> filling) {
    var _ = filling.get();
    long before = HeapLeft.bytes();
    T filled = filling.get();
    try {
      return (double) (HeapLeft.bytes() - before) / COUNT;
    } finally {
      Reference.reachabilityFence(filled);
    }
  }
}
