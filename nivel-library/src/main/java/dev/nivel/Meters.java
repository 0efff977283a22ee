package dev.nivel;

import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All counters of the engine. {@code gets = hits of L1, L2 and L3 + misses + errors} (I11). */
final class Meters {
  private static final int SAMPLE_MASK = 127;

  private final Time time;
  private final Health health;
  private final LevelMeter l1 = new LevelMeter();
  private final LevelMeter l2 = new LevelMeter();
  private final LevelMeter l3 = new LevelMeter();
  private final SyncMeter sync;
  private final LongAdder misses = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder refusedWrites = new LongAdder();

  Meters(Time time, Health health) {
    this.time = time;
    this.health = health;
    sync = new SyncMeter(time);
  }

  Time time() {
    return time;
  }

  LevelMeter l1() {
    return l1;
  }

  LevelMeter l2() {
    return l2;
  }

  LevelMeter l3() {
    return l3;
  }

  SyncMeter sync() {
    return sync;
  }

  /** A read that a level answered; those above it were asked in vain, unless Redis is out. */
  void countRead(boolean isFound, Level level) {
    LevelMeter answering = meter(level);
    if (level != Level.L1 && health.isRedisUsed()) {
      l1.miss();
      if (level == Level.L3) {
        l2.miss();
      }
    }
    if (isFound) {
      answering.hit();
    } else {
      answering.miss();
      misses.increment();
    }
  }

  private LevelMeter meter(Level level) {
    return switch (level) {
      case L1 -> l1;
      case L2 -> l2;
      case L3 -> l3;
    };
  }

  /** Asks L1, and measures one in 128 times how long that takes: it takes less than measuring. */
  <T extends @Nullable Object> T sampleL1(Supplier<T> reading) {
    if ((ThreadLocalRandom.current().nextInt() & SAMPLE_MASK) != 0) {
      return reading.get();
    }
    long start = time.nanos();
    T result = reading.get();
    l1.latency(time.nanos() - start);
    return result;
  }

  /** Reads, and counts it if the levels fail. */
  <T> T countErrors(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (UnavailableException e) {
      errors.increment();
      throw e;
    }
  }

  void countRefusedWrite() {
    refusedWrites.increment();
  }

  /** Begins a new minute for the latencies. */
  void rotate() {
    l1.rotate();
    l2.rotate();
    l3.rotate();
  }

  Metrics.ReadMetrics reads() {
    long hits = l1.hits() + l2.hits() + l3.hits();
    return new Metrics.ReadMetrics(hits, misses.sum(), errors.sum());
  }

  long refusedWrites() {
    return refusedWrites.sum();
  }
}
