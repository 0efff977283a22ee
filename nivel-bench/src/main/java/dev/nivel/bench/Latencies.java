package dev.nivel.bench;

import java.util.List;
import org.HdrHistogram.Histogram;

/** How long requests took, of one turn or of several. For use by one thread. */
final class Latencies {
  private static final int DIGITS = 3;

  private final Histogram nanos = new Histogram(DIGITS);
  private long standstillNanos;

  /** Those of several turns, as if they had been one. */
  static Latencies together(List<Latencies> turns) {
    Latencies all = new Latencies();
    turns.forEach(turn -> {
      all.nanos.add(turn.nanos);
      all.standstillNanos += turn.standstillNanos;
    });
    return all;
  }

  void add(long latencyNanos) {
    nanos.recordValue(latencyNanos);
  }

  /** Learns for how long the load itself has stood still, which is in none of the times. */
  void addStandstill(long ownNanos) {
    standstillNanos += ownNanos;
  }

  /** Of how many requests it is. */
  long count() {
    return nanos.getTotalCount();
  }

  /** So many of a hundred requests took no longer. */
  double percentileMicros(double percent) {
    return nanos.getValueAtPercentile(percent) / 1e3;
  }

  double standstillMicros() {
    return standstillNanos / 1e3;
  }
}
