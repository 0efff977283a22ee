package dev.nivel;

import dev.nivel.store.Entry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A conversation in L1. */
final class Resident {
  private static final long GONE = Long.MIN_VALUE;
  private static final VarHandle USED_AT;
  private static final VarHandle KNOWN;
  private static final VarHandle EXPIRES_AT_TICK;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      USED_AT = lookup.findVarHandle(Resident.class, "usedAt", long.class);
      KNOWN = lookup.findVarHandle(Resident.class, "known", Known.class);
      EXPIRES_AT_TICK = lookup.findVarHandle(Resident.class, "expiresAtTick", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final String conversation;
  /**
   * Replaced as a whole: under L1's lock, or by the same with a favorite; read without. After the
   * beginning through KNOWN only.
   */
  private Known known;
  /** When it was loaded plus the time to live, or GONE. Like known, through EXPIRES_AT_TICK. */
  private long expiresAtTick;
  /** When it was used last, as readers say. Through USED_AT only. */
  private long usedAt;
  /** When it was used last, as the order of eviction says; at most usedAt. Guarded by L1's lock. */
  long orderedAt;
  /** Its size as counted. Guarded by L1's lock. */
  int bytes;

  Resident(String conversation, Known known, long tick, long expiresAtTick) {
    this.conversation = conversation;
    this.known = known;
    this.expiresAtTick = expiresAtTick;
    usedAt = tick;
    orderedAt = tick;
  }

  /** A living entry; empty if there is none or nothing is known of it. */
  Optional<Entry> entry(String name, long nowMillis) {
    Known now = known();
    return now.isFavorite(name) ? now.favorite(nowMillis) : find(now, name, nowMillis);
  }

  private Optional<Entry> find(Known now, String name, long nowMillis) {
    @Nullable Slot slot = now.slot(name);
    if (slot == null) {
      return Optional.empty();
    }
    if (!now.hasFavorite() && slot.entry().isPresent()) {
      replace(now, now.favoring(name, slot));
    }
    return slot.living(nowMillis);
  }

  /** Replaces what is known by the same in another form, unless it has changed since. */
  void replace(Known seen, Known same) {
    KNOWN.compareAndSet(this, seen, same);
  }

  /** Says that it has left L1, to those as well who have looked it up before. */
  void leave() {
    expireAt(GONE);
    know(Known.NOTHING);
  }

  Known known() {
    return (Known) KNOWN.getAcquire(this);
  }

  /**
   * Replaces what is known. Readers see this after what was written before it. A volatile write
   * would also be seen by all before the next step is taken; what ends L1's lock sees to that.
   */
  void know(Known now) {
    KNOWN.setRelease(this, now);
  }

  /** From which tick on it gives no answers. */
  long expiresAtTick() {
    return (long) EXPIRES_AT_TICK.getAcquire(this);
  }

  /** Replaces the tick from which on it gives no answers, in the same way. */
  void expireAt(long tick) {
    EXPIRES_AT_TICK.setRelease(this, tick);
  }

  /** Whether it has left L1. */
  boolean isGone() {
    return expiresAtTick() == GONE;
  }

  /** Says that it is being used. Writes only once a tick, so that a hot cache line stays shared. */
  void touch(long tick) {
    if ((long) USED_AT.getOpaque(this) != tick) {
      USED_AT.setOpaque(this, tick);
    }
  }

  long usedAt() {
    return (long) USED_AT.getOpaque(this);
  }
}
