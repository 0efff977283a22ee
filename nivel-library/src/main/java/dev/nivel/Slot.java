package dev.nivel;

import dev.nivel.store.Entry;
import dev.nivel.store.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * What L1 knows of one entry. A field is never just removed: it becomes unknown since a stamp, and
 * a read must fetch it.
 *
 * @param stamp the version that is known, or that is known to exist
 * @param living the answer for a living entry; null if there is none
 * @param untilTick until when that is believed; never if the version is known to exist, but not
 *     what it is
 */
record Slot(Stamp stamp, @Nullable Answer living, long untilTick) {
  private static final long ALWAYS = Long.MAX_VALUE;
  private static final long NEVER = Long.MIN_VALUE;

  static final Answer ABSENT = new Answer(null, Level.L1, false);

  /** A version that was read or written. */
  static Slot of(Entry entry) {
    @Nullable Answer living = entry.content() == null ? null : new Answer(entry, Level.L1, false);
    return new Slot(entry.stamp(), living, ALWAYS);
  }

  /** The lower levels had nothing, which is believed until a tick. */
  static Slot absent(long untilTick) {
    return new Slot(Stamp.NONE, null, untilTick);
  }

  /** There is a version of this stamp or a newer one. */
  static Slot unknownSince(Stamp stamp) {
    return new Slot(stamp, null, NEVER);
  }

  /** Whether a version is known to exist, but not what it is. */
  boolean isUnknown() {
    return untilTick == NEVER;
  }

  /** The answer, or null if a level below must be asked. */
  @Nullable
  Answer answer(long tick, long nowMillis) {
    if (tick >= untilTick) {
      return null;
    }
    return living == null || living.isExpired(nowMillis) ? ABSENT : living;
  }

  /** Whether a version may take this slot's place. */
  boolean yieldsTo(Stamp other) {
    return isUnknown() ? !stamp.isNewerThan(other) : other.isNewerThan(stamp);
  }

  /** The bytes of the value, in both forms if it is there in both. */
  int bytes() {
    return living == null ? 0
        : living.entry().map(entry -> entry.value().heldBytes()).orElse(0);
  }
}
