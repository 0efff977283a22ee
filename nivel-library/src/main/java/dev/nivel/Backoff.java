package dev.nivel;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before work that failed is tried again: twice as long each time up to a bound,
 * of which a random half is left out, so that nodes do not come all at once (capped exponential
 * backoff with equal jitter; M. Brooker, "Exponential Backoff And Jitter", 2015). For one thread.
 */
final class Backoff {
  private static final int DOUBLINGS_MAX = 30;

  private final Duration first;
  private final Duration max;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration first, Duration max, RandomGenerator random) {
    this.first = first;
    this.max = max;
    this.random = random;
  }

  /** The work failed; returns how long to wait. */
  Duration afterFailure() {
    long whole = Math.min(max.toNanos(),
        first.toNanos() << Math.min(failures, Math.min(DOUBLINGS_MAX, doublingsMax())));
    failures++;
    return Duration.ofNanos(whole / 2 + random.nextLong(whole / 2 + 1));
  }

  private int doublingsMax() {
    return Long.numberOfLeadingZeros(first.toNanos()) - 1;
  }

  /** The work succeeded. */
  void reset() {
    failures = 0;
  }
}
