package dev.nivel;

import java.time.Duration;

/**
 * The account of all writes that an outbox took in: {@code acknowledged + replayed + adopted =
 * synced + coalesced + pending + quarantined} (I11), where pending is counted by the outbox itself.
 * Guarded by the outbox's lock.
 */
final class Ledger {
  long acknowledged;
  long replayed;
  long adopted;
  long synced;
  long coalesced;

  /** A write that came in from somewhere. */
  void countIn(OutboxRecord.Origin origin) {
    switch (origin) {
      case ACKNOWLEDGED -> acknowledged++;
      case REPLAYED -> replayed++;
      case ADOPTED, UNACKNOWLEDGED -> adopted++;
    }
  }

  /** What it says now, with what is pending and what became of writes that were kept apart. */
  Counts counts(OutboxIndex index, QuarantineLedger.Counts apart, long nowNanos) {
    long oldestNanos = nowNanos
        - index.pending().findFirst().map(record -> record.sinceNanos).orElse(nowNanos);
    return new Counts(acknowledged, replayed, adopted + apart.adopted(), synced + apart.synced(),
        coalesced + apart.coalesced(), index.pendingCount(), apart.quarantined(), index.bytes(),
        Duration.ofNanos(oldestNanos));
  }

  /**
   * The ledger: {@code acknowledged + replayed + adopted = synced + coalesced + pending +
   * quarantined} (I11).
   *
   * @param bytes roughly the memory that the outbox takes
   * @param oldestPending for how long the oldest pending write has been waiting
   */
  record Counts(long acknowledged, long replayed, long adopted, long synced, long coalesced,
      long pending, long quarantined, long bytes, Duration oldestPending) {}
}
