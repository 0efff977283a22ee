package dev.nivel.store;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * How long a store takes to answer when it has nothing to do.
 *
 * @param median of several calls, of which the first does not count
 * @param greatest of the same
 */
public record Latency(Duration median, Duration greatest) {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int CALLS_MIN = 3;

  /**
   * Makes calls and takes their time.
   *
   * @param calls how many at most
   * @param budget after which no further one is begun, once three have counted
   */
  public static Latency measure(Time time, int calls, Duration budget, Runnable call) {
    long begun = time.nanos();
    call.run();
    long[] nanos = new long[calls];
    int made = 0;
    while (made < calls
        && (made < CALLS_MIN || time.nanos() - begun < budget.toNanos())) {
      long start = time.nanos();
      call.run();
      nanos[made] = time.nanos() - start;
      made++;
    }
    Arrays.sort(nanos, 0, made);
    return new Latency(Duration.ofNanos(nanos[made / 2]), Duration.ofNanos(nanos[made - 1]));
  }

  /**
   * Judges it.
   *
   * @param slow which median is worth a warning
   * @param timeout the deadline of one call, of which nothing may take half
   * @param setting where the deadline is set
   */
  public Judgement judgement(Duration slow, Duration timeout, String setting) {
    String seen = String.format(Locale.ROOT, "%.1f ms (median), %.1f ms at most", millis(median),
        millis(greatest));
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
