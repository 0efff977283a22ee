package dev.nivel;

import dev.nivel.store.Time;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A clock that costs one memory access to read, and orders what happens in L1. Its tick counts
 * microseconds since the clock was made; the housekeeper sets it every millisecond, and every
 * insertion advances it by one, so that what is used after an insertion is younger than it. Safe
 * for use by several threads.
 *
 * <p>While the process is stopped (SIGSTOP), the clock stands still; it is right again a
 * millisecond after the process goes on.
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

  /** The tick now; never less than a tick that was returned before. */
  long tick() {
    return (long) TICK.getOpaque(this);
  }

  /** The wall clock as of the last refresh, milliseconds since 1970. */
  long millis() {
    return millis;
  }

  /** Advances the tick by one, whatever the time. */
  long advance() {
    return (long) TICK.getAndAdd(this, 1L) + 1;
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
