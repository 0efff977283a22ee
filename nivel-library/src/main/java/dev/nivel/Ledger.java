package dev.nivel;

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
      case ADOPTED -> adopted++;
    }
  }
}
