package dev.nivel.redis;

import dev.nivel.store.Time;
import org.jspecify.annotations.Nullable;

/**
 * Redis's clock, as measured lately and carried on by this machine's clocks: the later of what the
 * wall clock and the monotonic one say. If the wall clock was set back since, or had been wrong
 * when it was measured, only the latter is right; if the machine slept, only the former. A stamp
 * that is too early would lose against older writes; one that is too late is refused, and the clock
 * measured anew. Safe for use by several threads.
 */
final class RedisClock {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Time time;
  private volatile @Nullable Measurement last;

  RedisClock(Time time) {
    this.time = time;
  }

  /** What Redis's clock and this machine's said at one moment. */
  private record Measurement(long redisMillis, long wallMillis, long nanos) {}

  /** Redis has told its time within the two moments, in milliseconds of the wall clock. */
  void measured(long redisMillis, long beforeMillis, long afterMillis) {
    last = new Measurement(redisMillis, (beforeMillis + afterMillis) / 2, time.nanos());
  }

  boolean isMeasured() {
    return last != null;
  }

  /** Redis's clock minus this machine's; milliseconds, 0 if it was never measured. */
  long offsetMillis() {
    @Nullable Measurement known = last;
    if (known == null) {
      return 0;
    }
    long byMonotonicClock = known.redisMillis() + (time.nanos() - known.nanos()) / NANOS_PER_MILLI;
    return Math.max(known.redisMillis() - known.wallMillis(), byMonotonicClock - time.millis());
  }
}
