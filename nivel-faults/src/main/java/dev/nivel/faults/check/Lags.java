package dev.nivel.faults.check;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * For each read that did not say that it may be outdated, how long before its beginning the first
 * of the writes was acknowledged that it did not see; 0 if it saw all. For use by one thread.
 */
public final class Lags {
  private static final int WORDS_MAX = 2_000;
  private static final double NANOS_PER_MILLI = 1e6;

  private long[] nanos = new long[1_024];
  private int count;
  private long marked;
  private long greatest;
  private String worst = "none";

  /**
   * Counts a read.
   *
   * @param read what is told of it if it is the worst, cut to 2,000 characters
   */
  void add(long lagNanos, Supplier<String> read) {
    if (lagNanos > greatest) {
      greatest = lagNanos;
      String words = read.get();
      worst = words.substring(0, Math.min(words.length(), WORDS_MAX));
    }
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = lagNanos;
  }

  /** Counts a read that says that it may be outdated. */
  void addMarked() {
    marked++;
  }

  /** Takes in those of another history. */
  public void add(Lags others) {
    for (int i = 0; i < others.count; i++) {
      add(others.nanos[i], others::worst);
    }
    marked += others.marked;
  }

  private static double millis(long[] sorted, double quantile) {
    return sorted.length == 0 ? 0
        : sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)] / NANOS_PER_MILLI;
  }

  /** The read that lagged most. */
  public String worst() {
    return worst;
  }

  /** On one line. */
  public String describe() {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    long missing = Arrays.stream(sorted).filter(lag -> lag > 0).count();
    return ("reads not marked as stale %d, %d of them missed a write, for p50 %.1f, p99 %.1f,"
        + " p99.9 %.1f, at most %.1f ms; marked as stale %d").formatted(count, missing,
            millis(sorted, 0.5), millis(sorted, 0.99), millis(sorted, 0.999), millis(sorted, 1),
            marked);
  }
}
