package dev.nivel;

import dev.nivel.journal.Place;
import dev.nivel.store.Write;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A write in the outbox, with what is known of it. Guarded by the outbox's lock. Identity is
 * equality.
 */
final class OutboxRecord {
  private static final int RECORD_BYTES = 256;

  /** How a write got into the outbox. */
  enum Origin {
    /** This process acknowledged it. */
    ACKNOWLEDGED,
    /** L2 has accepted it, and this process could not acknowledge it. */
    UNACKNOWLEDGED,
    /** The journal had kept it from a former life of this node. */
    REPLAYED,
    /** Another node, or this one in a former life, left it unsynced in L2. */
    ADOPTED;

    /** Whether this process made it, and knows that L2 has accepted it. */
    boolean isOwn() {
      return this == ACKNOWLEDGED || this == UNACKNOWLEDGED;
    }
  }

  /** Whether L2 knows that a write is synced. */
  enum Settlement {
    /** It may not. */
    OPEN,
    /** It was asked to note that, and has not answered. */
    ASKED,
    /** It does. */
    DONE
  }

  final Write write;
  Origin origin;
  final long sequence;
  final long sinceNanos;
  /** Where the journal has it, or an older version while it lacks this one; null = nowhere. */
  @Nullable Place place;
  boolean isPending;
  long committedAtNanos;
  Settlement settlement = Settlement.OPEN;
  /** Whether it has left the outbox. */
  boolean isGone;

  OutboxRecord(Write write, Origin origin, long sequence, long sinceNanos) {
    this.write = write.plain(); // what it takes is reckoned before the value is compressed
    this.origin = origin;
    this.sequence = sequence;
    this.sinceNanos = sinceNanos;
  }

  /**
   * Whether it is known to be good. What comes from a former life may have been overtaken, deleted
   * or erased since, and L3 must judge it before anybody sees it (I5).
   */
  boolean isJudged() {
    return origin.isOwn() || !isPending;
  }

  /** Where it is, as far as it may be said; empty = it can't be acknowledged. */
  Set<Durability> durability() {
    if (!isPending) {
      return Set.of(Durability.SUPABASE);
    }
    if (Journaling.isSomewhere(place)) {
      return Set.of(Durability.REDIS, Durability.JOURNAL);
    }
    return origin == Origin.UNACKNOWLEDGED ? Set.of() : Set.of(Durability.REDIS);
  }

  /** Roughly the memory that it takes. */
  long bytes() {
    return bytes(write.conversation(), write.field().contentBytes());
  }

  /** Roughly the memory that a write to a conversation takes. */
  static long bytes(String conversation, int contentBytes) {
    return RECORD_BYTES + 2L * conversation.length() + contentBytes;
  }
}
