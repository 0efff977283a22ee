package dev.nivel.embedded;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what the operating system reports no event for: the state of a process, a log line. */
final class Wait {
  private static final long POLL_MILLIS = 2;

  private Wait() {}

  /**
   * Whether the condition came true within the limit.
   *
   * <p>An interrupt does not end the wait, because a server that is half started or half ended
   * helps nobody; the thread's interrupt flag is set again afterwards.
   */
  static boolean until(BooleanSupplier condition, Duration limit) {
    long start = System.nanoTime();
    boolean isInterrupted = false;
    try {
      while (!condition.getAsBoolean()) {
        if (System.nanoTime() - start > limit.toNanos()) {
          return false;
        }
        isInterrupted |= pause();
      }
      return true;
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(POLL_MILLIS);
      return false;
    } catch (InterruptedException e) {
      return true; // the caller sets the flag again when it is done
    }
  }
}
