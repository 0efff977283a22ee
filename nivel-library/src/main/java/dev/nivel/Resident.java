package dev.nivel;

import dev.nivel.store.Entry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A conversation in L1.
 *
 * <p>It may have a favorite: the entry that was found first, if it never expires, for callers in
 * this process who ask by the same string again, a constant. What a hit checks stands here, and not
 * in the objects behind: each of those would be a memory access that has to wait for the one
 * before.
 */
final class Resident {
  private static final long GONE = Long.MIN_VALUE;
  private static final VarHandle USED;
  private static final VarHandle KNOWN;
  private static final VarHandle FAVORITE_NAME;
  private static final VarHandle FAVORITE;
  private static final VarHandle EXPIRES_AT_TICK;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      USED = lookup.findVarHandle(Resident.class, "used", long.class);
      FAVORITE_NAME = lookup.findVarHandle(Resident.class, "favoriteName", String.class);
      FAVORITE = lookup.findVarHandle(Resident.class, "favorite", Entry.class);
      KNOWN = lookup.findVarHandle(Resident.class, "known", Known.class);
      EXPIRES_AT_TICK = lookup.findVarHandle(Resident.class, "expiresAtTick", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final String conversation;
  /** Replaced as a whole under L1's lock, read without. After the beginning through KNOWN only. */
  private Known known;
  /** Set once, under L1's lock, after favorite; the very string by which it was asked for. */
  private @Nullable String favoriteName;
  /** Null if it is not there, or not for ever. Set under L1's lock. */
  private @Nullable Entry favorite;
  /** When it was loaded plus the time to live, or GONE. Like known, through EXPIRES_AT_TICK. */
  private long expiresAtTick;
  /**
   * Four times the tick in which it was used last; plus one if it was used since it came, plus two
   * more if it was found good in that tick. So what says more of a tick is the greater number.
   * After the beginning through USED only.
   */
  private long used;
  /** Its size as counted. Guarded by L1's lock. */
  int bytes;

  Resident(String conversation, Known known, long tick, long expiresAtTick) {
    this.conversation = conversation;
    this.known = known;
    this.expiresAtTick = expiresAtTick;
    used = tick << 2;
  }

  /**
   * The favorite, if it is asked for by this very string, and the conversation was found good in
   * this tick; null if the entry must be looked for.
   */
  @SuppressWarnings("ReferenceEquality") // an equal string is looked up
  @Nullable
  Entry favorite(String name, long tick) {
    return (long) USED.getAcquire(this) == good(tick)
        && (String) FAVORITE_NAME.getAcquire(this) == name
            ? (Entry) FAVORITE.getAcquire(this)
            : null;
  }

  boolean hasFavorite() {
    return FAVORITE_NAME.getOpaque(this) != null;
  }

  /** Makes an entry the favorite, if there is none. */
  void favor(String name) {
    if (!hasFavorite() && !isGone()) {
      FAVORITE.setRelease(this, known().lasting(name));
      FAVORITE_NAME.setRelease(this, name);
    }
  }

  /** Says that it is being used, and that in this tick L1 may answer for it. */
  void vouch(long tick) {
    if ((long) USED.getOpaque(this) < good(tick)) {
      USED.setRelease(this, good(tick));
    }
  }

  private static long good(long tick) {
    return touched(tick) | 2;
  }

  private static long touched(long tick) {
    return tick << 2 | 1;
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
   * would also be seen by all before the next step is taken; what ends L1's lock sees to that. Who
   * has seen the new never finds the old favorite after it.
   */
  void know(Known now) {
    if (favoriteName == null) {
      KNOWN.setRelease(this, now);
      return;
    }
    FAVORITE.setRelease(this, null);
    KNOWN.setRelease(this, now);
    FAVORITE.setRelease(this, now.lasting(favoriteName));
  }

  /**
   * What is known, which counts as a use; null if it gives no answers any more.
   *
   * @param tick now
   * @param graceTicks how many it may be late
   */
  @Nullable
  Known use(long tick, long graceTicks) {
    if (tick - graceTicks >= expiresAtTick()) {
      return null;
    }
    touch(tick);
    return known();
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
    if ((long) USED.getOpaque(this) < touched(tick)) {
      USED.setOpaque(this, touched(tick));
    }
  }

  /** Whether it was used since it came. Never untrue again. */
  boolean isTouched() {
    return ((long) USED.getOpaque(this) & 1) != 0;
  }

  /** The tick in which it was used last, or came. */
  long usedAt() {
    return (long) USED.getOpaque(this) >> 2;
  }
}
