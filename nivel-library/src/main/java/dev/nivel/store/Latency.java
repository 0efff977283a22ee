package dev.nivel.store;

import java.time.Duration;
import java.util.Arrays;

/**
 * How long a store takes to answer when it has nothing to do.
 *
 * @param median of several calls, of which the first does not count
 * @param greatest of the same
 */
public record Latency(Duration median, Duration greatest) {
  private static final double NANOS_PER_MILLI = 1e6;

  /** Makes calls and takes their time. */
  public static Latency measure(Time time, int calls, Runnable call) {
    call.run();
    long[] nanos = new long[calls];
    for (int i = 0; i < calls; i++) {
      long start = time.nanos();
      call.run();
      nanos[i] = time.nanos() - start;
    }
    Arrays.sort(nanos);
    return new Latency(Duration.ofNanos(nanos[calls / 2]), Duration.ofNanos(nanos[calls - 1]));
  }

  /**
   * Judges it.
   *
   * @param slow which median is worth a warning
   * @param timeout the deadline of one call, of which nothing may take half
   * @param setting where the deadline is set
   */
  public Judgement judgement(Duration slow, Duration timeout, String setting) {
    String seen = "%.1f ms (median), %.1f ms at most".formatted(millis(median), millis(greatest));
    if (median.compareTo(timeout.dividedBy(2)) > 0) {
      return Judgement.mend(seen + "; the deadline of a call is " + timeout.toMillis() + " ms",
          "run Nivel closer to it, or raise " + setting);
    }
    return median.compareTo(slow) > 0 || greatest.compareTo(timeout.dividedBy(2)) > 0
        ? Judgement.warning(seen, "run Nivel in the same region, and see what keeps it busy")
        : Judgement.ok(seen);
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / NANOS_PER_MILLI;
  }
}
