package dev.nivel;

import dev.nivel.store.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Counts what sync does. Safe for use by several threads. */
final class SyncMeter {
  private final Time time;
  private final long startMillis;
  // All below: guarded by this.
  private long runs;
  private long failedRuns;
  private long synced;
  private long failed;
  private long quarantined;
  private @Nullable Instant lastRun;
  private final ArrayDeque<Long> runsOfLastHour = new ArrayDeque<>();

  SyncMeter(Time time) {
    this.time = time;
    startMillis = time.millis();
  }

  synchronized void countRun(SyncReport report) {
    runs++;
    synced += report.synced();
    failed += report.failed();
    quarantined += report.quarantined();
    lastRun = Instant.ofEpochMilli(time.millis());
    runsOfLastHour.add(time.millis());
    forgetOldRuns();
  }

  synchronized void countFailedRun() {
    failedRuns++;
  }

  private void forgetOldRuns() {
    long hourAgo = time.millis() - Duration.ofHours(1).toMillis();
    while (!runsOfLastHour.isEmpty() && runsOfLastHour.getFirst() < hourAgo) {
      runsOfLastHour.removeFirst();
    }
  }

  synchronized Counts counts() {
    forgetOldRuns();
    double hours = Math.min(1, Math.max(1 / 60.0,
        (time.millis() - startMillis) / (double) Duration.ofHours(1).toMillis()));
    return new Counts(runs, runsOfLastHour.size() / hours, synced, failed + failedRuns,
        quarantined, lastRun);
  }

  /**
   * @param runs that came to their end
   * @param runsPerHour over the last hour, or since the start, of at least a minute
   */
  record Counts(long runs, double runsPerHour, long synced, long failed, long quarantined,
      @Nullable Instant lastRun) {}
}
