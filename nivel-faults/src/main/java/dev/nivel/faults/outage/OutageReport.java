package dev.nivel.faults.outage;

import dev.nivel.faults.outage.Sample.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * What callers saw of an outage.
 *
 * @param samples of all requests, before and after it as well
 * @param begunNanos when it began, as {@link System#nanoTime} has it
 * @param healedNanos when its healing began
 * @param recovery from then until the server was in normal mode
 */
record OutageReport(Outage outage, List<Sample> samples, long begunNanos, long healedNanos,
    Duration recovery) {

  /** The head of the table. */
  static final String HEAD = """
      | Redis | requests | right | stale | wrong | failed | failed later | reads p50, p99, max ms \
      | writes p50, p99, max ms | normal again |
      |---|---|---|---|---|---|---|---|---|---|""";

  private static final double RIGHT_MIN = 0.999;
  private static final double READ_P99_MILLIS_MAX = 250;
  private static final Duration RECOVERY_MAX = Duration.ofSeconds(15);
  /** The deadline of one call of Redis. */
  private static final Duration FIRST_DEADLINE = Duration.ofMillis(250);
  /** A sender that is later than this has fallen behind. */
  private static final Duration LATE_MAX = Duration.ofMillis(20);
  private static final double NANOS_PER_MILLI = 1e6;

  /** Those of the time of the outage, and until the server was in normal mode again. */
  private List<Sample> during() {
    long end = healedNanos + recovery.toNanos();
    return samples.stream()
        .filter(sample -> sample.dueNanos() >= begunNanos && sample.dueNanos() < end)
        .toList();
  }

  private static long count(List<Sample> some, Outcome outcome) {
    return some.stream().filter(sample -> sample.outcome() == outcome).count();
  }

  private long failedLater() {
    long deadline = begunNanos + FIRST_DEADLINE.toNanos();
    return count(during().stream().filter(sample -> sample.dueNanos() > deadline).toList(),
        Outcome.FAILED);
  }

  private static double millis(List<Sample> some, Predicate<Sample> which, double quantile) {
    long[] sorted = some.stream().filter(which).mapToLong(Sample::nanos).sorted().toArray();
    return sorted.length == 0 ? 0
        : sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)] / NANOS_PER_MILLI;
  }

  private static String latencies(List<Sample> some, Predicate<Sample> which) {
    return "%.1f, %.1f, %.0f".formatted(millis(some, which, 0.5), millis(some, which, 0.99),
        millis(some, which, 1));
  }

  private static double rightShare(List<Sample> some) {
    return (double) count(some, Outcome.RIGHT) / Math.max(1, some.size());
  }

  /** Whether callers hardly noticed it. */
  boolean isAsPromised() {
    List<Sample> some = during();
    return rightShare(some) >= RIGHT_MIN && count(some, Outcome.WRONG) == 0 && failedLater() == 0
        && millis(some, Sample::isRead, 0.99) <= READ_P99_MILLIS_MAX
        && recovery.compareTo(RECOVERY_MAX) <= 0;
  }

  /** Why requests were not answered as they should be, and how far their sender fell behind. */
  List<String> reasons() {
    List<String> lines = new ArrayList<>(Reasons.of(during(), begunNanos));
    long[] late = during().stream()
        .mapToLong(Sample::lateNanos)
        .filter(nanos -> nanos > LATE_MAX.toNanos())
        .toArray();
    if (late.length > 0) {
      lines.add("%d requests were sent over %d ms late, up to %.0f ms, as their sender fell behind"
          .formatted(late.length, LATE_MAX.toMillis(),
              Arrays.stream(late).max().orElse(0) / NANOS_PER_MILLI));
    }
    return lines;
  }

  /** Its row of the table. */
  String row() {
    List<Sample> some = during();
    return "| %s | %d | %.3f %% | %d | %d | %d | %d | %s | %s | %.1f s%s |".formatted(outage,
        some.size(), 100 * rightShare(some), count(some, Outcome.STALE),
        count(some, Outcome.WRONG), count(some, Outcome.FAILED), failedLater(),
        latencies(some, Sample::isRead), latencies(some, sample -> !sample.isRead()),
        recovery.toMillis() / 1e3, isAsPromised() ? "" : ", NOT as promised");
  }
}
