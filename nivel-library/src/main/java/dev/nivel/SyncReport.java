package dev.nivel;

import java.time.Duration;

/**
 * What a sync did.
 *
 * @param synced fields that L3 has committed
 * @param failed fields that L3 has not taken yet; they stay pending
 * @param quarantined fields that L3 refuses for good and keeps apart
 * @param pending fields that are pending now, also those written meanwhile
 * @param batches statements
 * @param elapsed how long it took
 */
public record SyncReport(long synced, long failed, long quarantined, long pending, long batches,
    Duration elapsed) {}
