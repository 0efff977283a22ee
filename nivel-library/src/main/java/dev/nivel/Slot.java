package dev.nivel;

import dev.nivel.store.Entry;
import dev.nivel.store.Stamp;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What L1 knows of one entry. A field is never just removed: it becomes unknown since a stamp, and
 * a read must fetch it. Immutable.
 */
final class Slot {
  private static final long ALWAYS = Long.MAX_VALUE;
  private static final long NEVER = Long.MIN_VALUE;

  static final Answer ABSENT = new Answer(null, Level.L1, false);

  private final Stamp stamp;
  /** ABSENT if there is none. */
  private final Answer living;
  /**
   * When the living entry expires, milliseconds since 1970. If there is none, until which tick that
   * is believed; NEVER if a version is known to exist, but not what it is.
   */
  private final long until;

  private Slot(Stamp stamp, Answer living, long until) {
    this.stamp = stamp;
    this.living = living;
    this.until = until;
  }

  /** A version that was read or written. */
  static Slot of(Entry entry) {
    Answer living = entry.content() == null ? ABSENT : new Answer(entry, Level.L1, false);
    long until = entry.expiresAtMillis() == 0 || living == ABSENT ? ALWAYS
        : entry.expiresAtMillis();
    return new Slot(entry.stamp(), living, until);
  }

  /** The lower levels had nothing, which is believed until a tick. */
  static Slot absent(long untilTick) {
    return new Slot(Stamp.NONE, ABSENT, untilTick);
  }

  /** There is a version of this stamp or a newer one. */
  static Slot unknownSince(Stamp stamp) {
    return new Slot(stamp, ABSENT, NEVER);
  }

  /** The version that is known, or that is known to exist. */
  Stamp stamp() {
    return stamp;
  }

  /** Whether a version is known to exist, but not what it is. */
  boolean isUnknown() {
    return until == NEVER;
  }

  /** The entry, expired or not; empty if there is none. */
  Optional<Entry> entry() {
    return living.entry();
  }

  /** The entry; null if there is none, or not for ever. */
  @Nullable
  Entry lasting() {
    return until == ALWAYS ? living.entryOrNull() : null;
  }

  /** The entry; null if there is none that is living. */
  @Nullable
  Entry living(long nowMillis) {
    return nowMillis < until ? living.entryOrNull() : null;
  }

  /** The answer, or null if a level below must be asked. */
  @Nullable
  Answer answer(long tick, long nowMillis) {
    if (living == ABSENT) {
      return tick < until ? ABSENT : null;
    }
    return nowMillis < until ? living : ABSENT;
  }

  /** Whether a version may take this slot's place. */
  boolean yieldsTo(Stamp other) {
    return isUnknown() ? !stamp.isNewerThan(other) : other.isNewerThan(stamp);
  }

  /** The bytes of the value, in both forms if it is there in both. */
  int bytes() {
    return living.entry().map(known -> known.value().heldBytes()).orElse(0);
  }
}
