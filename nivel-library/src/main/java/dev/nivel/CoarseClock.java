package dev.nivel;

import dev.nivel.store.Time;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A clock that costs one memory access to read, and orders what happens in L1. Its tick counts
 * microseconds since the clock was made. Whoever has read the time anyway sets it if it is over a
 * millisecond behind; the housekeeper does so every ten, for the times without such reads. (A
 * thread that wakes every millisecond takes some hundredths of a core.) Every insertion advances it
 * by one, so that what is used after an insertion is younger than it. Safe for use by several
 * threads.
 *
 * <p>While the process is stopped (SIGSTOP), the clock stands still; it is right again with the
 * first who reads the time after that, or the housekeeper's next turn.
 */
final class CoarseClock {
  private static final VarHandle TICK;

  static {
    try {
      TICK = MethodHandles.lookup().findVarHandle(CoarseClock.class, "tick", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final long LAG_MICROS_MAX = 1_000;

  private final Time time;
  private final long startNanos;
  /** Read and written through TICK only. */
  private long tick;
  private volatile long millis;

  CoarseClock(Time time) {
    this.time = time;
    startNanos = time.nanos();
    millis = time.millis();
  }

  /**
   * The tick now; never less than a tick that was returned before. What the caller reads after it
   * is not older than it.
   */
  long tick() {
    return (long) TICK.getAcquire(this);
  }

  /** The wall clock as of the last refresh, milliseconds since 1970. */
  long millis() {
    return millis;
  }

  /** Advances the tick by one, whatever the time. */
  long advance() {
    return (long) TICK.getAndAdd(this, 1L) + 1;
  }

  /**
   * Reads the real clocks if this one is over a millisecond behind.
   *
   * @param nanos {@link Time#nanos} now
   */
  void follow(long nanos) {
    if ((nanos - startNanos) / 1_000 - tick() > LAG_MICROS_MAX) {
      refresh();
    }
  }

  /** Reads the real clocks. */
  void refresh() {
    millis = time.millis();
    long micros = (time.nanos() - startNanos) / 1_000;
    long present = tick();
    while (micros > present && !TICK.compareAndSet(this, present, micros)) {
      present = tick();
    }
  }
}
