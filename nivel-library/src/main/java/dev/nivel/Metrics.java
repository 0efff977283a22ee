package dev.nivel;

import dev.nivel.journal.JournalCounts;
import dev.nivel.store.CompressionCounts;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the library did and how it is, as of one moment. Counts are since the start.
 *
 * @param uptime since the library was opened
 * @param l1 memory: hits, misses, latency
 * @param l1Size what memory holds
 * @param l2 Redis: hits, misses, failed calls, latency
 * @param l2UsedMemoryBytes what Redis says it uses; 0 if unknown
 * @param l3 Supabase: hits, misses, failed calls, latency
 * @param reads all reads
 * @param writes all writes
 * @param compression of values in Redis
 * @param outboxBytes roughly what the outbox takes
 * @param sync write-behind
 * @param redis Redis's breaker
 * @param supabase Supabase's breaker
 * @param l3Loads how often L3 was read; any number of callers may have shared a reading
 * @param mode how the node works, why and since when
 * @param corruptValues how many values in Redis were not what was stored
 * @param journal how the local journal is
 */
public record Metrics(Duration uptime, LevelMetrics l1, L1Size l1Size, LevelMetrics l2,
    long l2UsedMemoryBytes, LevelMetrics l3, ReadMetrics reads, WriteMetrics writes,
    CompressionCounts compression, long outboxBytes, SyncMetrics sync, BreakerMetrics redis,
    BreakerMetrics supabase, long l3Loads, ModeMetrics mode, long corruptValues,
    JournalCounts journal) {

  /**
   * Microseconds, over the last one to two minutes.
   *
   * @param p50 half took no longer
   * @param p95 of a hundred, five took longer
   * @param p99 of a hundred, one took longer
   * @param max the longest
   */
  public record Latency(double p50, double p95, double p99, double max) {}

  /**
   * A level.
   *
   * @param hits reads that it answered with something
   * @param misses reads that it could not answer, or answered with nothing
   * @param errors calls that failed
   * @param latency of its calls; of L1 a sample of the reads that ask the clock
   */
  public record LevelMetrics(long hits, long misses, long errors, Latency latency) {
    /** Hits by hits and misses; 0 before the first read. */
    public double hitRatio() {
      return ratio(hits, hits + misses);
    }
  }

  /**
   * Memory.
   *
   * @param conversations how many there are
   * @param capacity how many there may be
   * @param bytes roughly what they take
   * @param evictions how many went to make room
   * @param expirations how many went for their age
   */
  public record L1Size(int conversations, int capacity, long bytes, long evictions,
      long expirations) {}

  /**
   * All reads.
   *
   * @param hits reads that found something
   * @param misses reads that found out that there is nothing
   * @param errors reads that failed
   */
  public record ReadMetrics(long hits, long misses, long errors) {
    /** All of them. */
    public long total() {
      return hits + misses + errors;
    }

    /** Hits by total; 0 before the first read. */
    public double hitRatio() {
      return ratio(hits, total());
    }
  }

  /**
   * All writes; of fields, so that ten items in one call count ten. {@code acknowledged + replayed
   * + adopted = synced + coalesced + pending + quarantined}.
   *
   * @param acknowledged to callers
   * @param replayed from the journal of a former life
   * @param adopted taken over from Redis, where a node that ended left them, or this one had
   *     refused them since its journal failed; or from the quarantine
   *     of another node
   * @param synced stored by L3
   * @param coalesced overtaken by a newer write of the same field, or erased
   * @param pending waiting for L3
   * @param quarantined refused by L3 for good and kept apart, until they are retried or dropped
   * @param refused calls that were refused
   */
  public record WriteMetrics(long acknowledged, long replayed, long adopted, long synced,
      long coalesced, long pending, long quarantined, long refused) {}

  /**
   * Write-behind.
   *
   * @param interval the greatest age of an unsynced write
   * @param batchSize the first chunk
   * @param runs that came to their end
   * @param runsPerHour over the last hour
   * @param synced fields
   * @param failed runs and fields
   * @param quarantined fields
   * @param oldestPending for how long the oldest pending write has been waiting
   * @param lastRun when the last run ended; null if there was none
   */
  public record SyncMetrics(Duration interval, int batchSize, long runs, double runsPerHour,
      long synced, long failed, long quarantined, Duration oldestPending,
      @Nullable Instant lastRun) {}

  /**
   * A circuit breaker.
   *
   * @param state CLOSED, OPEN or HALF_OPEN
   * @param since when the store began to be out, or to be used again
   * @param consecutiveFailures since the last success
   * @param opened how often it opened
   * @param reason of its last change; empty if it never changed
   * @param needsOperator whether the reason is something that only an operator can mend
   */
  public record BreakerMetrics(String state, Instant since, int consecutiveFailures,
      long opened, String reason, boolean needsOperator) {}

  /**
   * How the node works.
   *
   * @param now the mode
   * @param reason why it is not the normal one, without details; empty if it is
   * @param since when a store last began to be out, or to be used again; else the start
   */
  public record ModeMetrics(Mode now, String reason, Instant since) {}

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
