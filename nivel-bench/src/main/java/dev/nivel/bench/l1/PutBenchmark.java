package dev.nivel.bench.l1;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** Puts of what is not there into a full cache, so that each evicts, as in Caffeine's own. */
public class PutBenchmark {
  private static final int IDS_FOR_EACH_PLACE = 64;
  private static final byte[] VALUE = "\"value\"".getBytes(StandardCharsets.UTF_8);

  /**
   * A full cache, and so many times more conversations than it holds that each one has left when
   * its turn comes again. Where they are few, Caffeine keeps some of them: of four times as many as
   * it holds, a fifth of its puts found one there, and evicted none.
   */
  @State(Scope.Benchmark)
  public static class Full {
    @Param("BARE_L1") CacheKind kind = CacheKind.BARE_L1;
    @Param("100") int capacity;
    private @Nullable Cache cache;
    private String[] ids = {};

    /** Fills it. */
    @Setup
    public void fill() {
      cache = Cache.of(kind, capacity);
      ids = Keys.ids(Math.max(IDS_FOR_EACH_PLACE * capacity, Keys.SIZE));
      for (String id : ids) {
        cache.put(id, VALUE);
      }
    }
  }

  /** Where a thread is; each has its own half. */
  @State(Scope.Thread)
  public static class Walk {
    private int at;

    /** Threads begin at different places. */
    @Setup
    public void begin(ThreadParams threads, Full full) {
      at = full.ids.length / threads.getThreadCount() * threads.getThreadIndex();
    }
  }

  /** A put. */
  @Benchmark
  public void put(Full full, Walk walk) {
    walk.at = walk.at + 1 == full.ids.length ? 0 : walk.at + 1;
    if (full.cache != null) {
      full.cache.put(full.ids[walk.at], VALUE);
    }
  }
}
