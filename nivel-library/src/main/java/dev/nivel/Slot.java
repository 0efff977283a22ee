package dev.nivel;

import dev.nivel.store.Entry;
import dev.nivel.store.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * What L1 knows of one entry. A field is never just removed: it becomes unknown since a stamp, and
 * a read must fetch it. Immutable.
 *
 * <p>What a hit checks is all here, and not in the objects behind: each of those would be a memory
 * access that has to wait for the one before.
 */
final class Slot {
  private static final long ALWAYS = Long.MAX_VALUE;
  private static final long NEVER = Long.MIN_VALUE;

  static final Answer ABSENT = new Answer(null, Level.L1, false);

  /** The entry's, or the very string that asked for it; empty if nobody has. */
  private final String name;
  private final Stamp stamp;
  /** ABSENT if there is none. */
  private final Answer living;
  /**
   * When the living entry expires, milliseconds since 1970. If there is none, until which tick that
   * is believed; NEVER if a version is known to exist, but not what it is.
   */
  private final long until;

  private Slot(String name, Stamp stamp, Answer living, long until) {
    this.name = name;
    this.stamp = stamp;
    this.living = living;
    this.until = until;
  }

  /** A version that was read or written. */
  static Slot of(Entry entry) {
    Answer living = entry.content() == null ? ABSENT : new Answer(entry, Level.L1, false);
    long until = entry.expiresAtMillis() == 0 || living == ABSENT ? ALWAYS
        : entry.expiresAtMillis();
    return new Slot(entry.name(), entry.stamp(), living, until);
  }

  /** The lower levels had nothing, which is believed until a tick. */
  static Slot absent(long untilTick) {
    return new Slot("", Stamp.NONE, ABSENT, untilTick);
  }

  /** There is a version of this stamp or a newer one. */
  static Slot unknownSince(Stamp stamp) {
    return new Slot("", stamp, ABSENT, NEVER);
  }

  /** The same, for who asks by this very string. */
  Slot named(String askedFor) {
    return isNamed(askedFor) ? this : new Slot(askedFor, stamp, living, until);
  }

  /** Whether it is that of this very string: equal ones need to be looked up. */
  @SuppressWarnings("ReferenceEquality") // an equal string is found in the map, more slowly
  boolean isNamed(String askedFor) {
    return name == askedFor;
  }

  /** The version that is known, or that is known to exist. */
  Stamp stamp() {
    return stamp;
  }

  /** Whether a version is known to exist, but not what it is. */
  boolean isUnknown() {
    return until == NEVER;
  }

  /** Whether there is an entry, known and not expired, milliseconds since 1970. */
  boolean isLiving(long nowMillis) {
    return nowMillis < until && living != ABSENT;
  }

  /** The answer with the entry; for who knows that it is living. */
  Answer living() {
    return living;
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
