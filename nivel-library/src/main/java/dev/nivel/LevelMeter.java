package dev.nivel;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Counts what a level does. Latencies are those of the last one to two minutes. Safe for use by
 * several threads.
 */
final class LevelMeter {
  private static final long NANOS_MAX = 60_000_000_000L;
  private static final int DIGITS = 2;

  private final HitCounter hits = new HitCounter();
  private final LongAdder misses = new LongAdder();
  private final LongAdder loads = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final Recorder recorder = new Recorder(NANOS_MAX, DIGITS);
  /** The minute before this one; guarded by this. */
  private Histogram lastMinute = new Histogram(NANOS_MAX, DIGITS);
  /** What was recorded of this minute until it was looked at; guarded by this. */
  private Histogram thisMinute = new Histogram(NANOS_MAX, DIGITS);

  void hit() {
    hits.increment();
  }

  /** What {@link #hit} adds to, for those to whom a memory access more makes a difference. */
  HitCounter hitCounter() {
    return hits;
  }

  void miss() {
    misses.increment();
  }

  void error() {
    errors.increment();
  }

  /** One reading of the level itself, whose answer any number of callers may share. */
  void load() {
    loads.increment();
  }

  long loads() {
    return loads.sum();
  }

  long hits() {
    return hits.sum();
  }

  void latency(long nanos) {
    recorder.recordValue(Math.min(NANOS_MAX, Math.max(0, nanos)));
  }

  /** Begins a new minute. */
  synchronized void rotate() {
    thisMinute.add(recorder.getIntervalHistogram());
    Histogram emptied = lastMinute;
    emptied.reset();
    lastMinute = thisMinute;
    thisMinute = emptied;
  }

  /** All counts so far. */
  synchronized Metrics.LevelMetrics counts() {
    thisMinute.add(recorder.getIntervalHistogram());
    Histogram both = thisMinute.copy();
    both.add(lastMinute);
    return new Metrics.LevelMetrics(hits.sum(), misses.sum(), errors.sum(),
        new Metrics.Latency(micros(both, 50), micros(both, 95), micros(both, 99),
            both.getMaxValue() / 1_000.0));
  }

  private static double micros(Histogram histogram, double percentile) {
    return histogram.getValueAtPercentile(percentile) / 1_000.0;
  }
}
