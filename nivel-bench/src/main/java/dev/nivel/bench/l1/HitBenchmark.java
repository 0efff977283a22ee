package dev.nivel.bench.l1;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Reads of what is there. The cache is full: a half-empty one of Caffeine records no reads. Each
 * conversation has a value of its own, as in life: else a map's entries would lie side by side in
 * memory. And what is there has survived a collection, as nearly all has that a cache holds. Before
 * the first one, values lie as far apart as the garbage of their writes is large.
 */
public class HitBenchmark {
  private static final int VALUE_BYTES = 450;

  /** A full cache. */
  @State(Scope.Benchmark)
  public static class Full {
    @Param("NIVEL") CacheKind kind = CacheKind.NIVEL;
    @Param("100") int capacity;
    @Param("ZIPF") Pattern pattern = Pattern.ZIPF;
    @Param("true") boolean isCollected = true;
    private @Nullable Cache cache;
    private String[] ids = {};
    private int[] places = {};

    /** Fills it. */
    @Setup
    public void fill() {
      cache = Cache.of(kind, capacity);
      ids = Keys.ids(capacity);
      places = Keys.places(pattern, capacity);
      byte[] value = ("\"" + "x".repeat(VALUE_BYTES) + "\"").getBytes(StandardCharsets.UTF_8);
      for (String id : ids) {
        cache.put(id, value.clone());
      }
      if (isCollected) {
        System.gc();
      }
    }

    /** Gives up what it holds. */
    @TearDown
    public void close() {
      if (cache != null) {
        cache.close();
      }
    }
  }

  /** Where a thread is in the table. */
  @State(Scope.Thread)
  public static class Walk {
    private int at;

    /** Threads begin at different places. */
    @Setup(Level.Iteration)
    public void begin() {
      at = ThreadLocalRandom.current().nextInt(Keys.SIZE);
    }
  }

  /** A read. */
  @Benchmark
  public Object hit(Full full, Walk walk) {
    String id = full.ids[full.places[walk.at++ & (Keys.SIZE - 1)]];
    @Nullable Object found = full.cache == null ? null : full.cache.get(id);
    if (found == null) {
      throw new IllegalStateException("a miss of " + id);
    }
    return found;
  }
}
