package dev.nivel.faults.cluster;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what other processes do. Stateless. */
public final class Wait {
  private static final Duration POLL = Duration.ofMillis(10);

  private Wait() {}

  /** Waits for a condition; returns whether it came true in time. */
  public static boolean until(BooleanSupplier condition, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      pause(POLL);
    }
    return true;
  }

  /** Lets a time pass, and less of it if the thread is interrupted. */
  public static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0
        && !Thread.currentThread().isInterrupted(); left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
