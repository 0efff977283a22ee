package dev.nivel.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what other threads and processes do. Stateless. */
final class Wait {
  private static final Duration POLL = Duration.ofMillis(20);

  private Wait() {}

  /** Waits for a condition; returns whether it came true in time. */
  static boolean until(BooleanSupplier condition, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return true;
  }
}
