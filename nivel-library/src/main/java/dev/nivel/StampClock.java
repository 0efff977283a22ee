package dev.nivel;

import dev.nivel.store.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Chooses stamps: the time, but always newer than every stamp that was given or seen for a
 * conversation. Conversations share 1,024 places by hash, which only makes stamps newer than they
 * would have to be. A hybrid logical clock (Kulkarni et al., 2014) in 53 bits. Safe for use by
 * several threads.
 *
 * <p>What a store finds too far ahead of its clock is forgotten again: a clock that jumped for a
 * moment must not decide about the stamps of the minutes that follow. What was given before the
 * jump, and may be on its way to a store, is still remembered, so that no stamp is given twice.
 */
final class StampClock {
  private static final int PLACES = 1_024;

  private final List<Place> places = IntStream.range(0, PLACES).mapToObj(i -> new Place()).toList();
  private final LongSupplier millis;
  private final IntSupplier node;
  private volatile Correction correction = Correction.NONE;

  /**
   * @param millis the time that all nodes share, milliseconds since 1970
   * @param node this node's number
   */
  StampClock(LongSupplier millis, IntSupplier node) {
    this.millis = millis;
    this.node = node;
  }

  /** The next stamps of a conversation, ascending. */
  List<Stamp> next(String conversation, int count) {
    return place(conversation).next(Stamp.at(storeMillis(), node.getAsInt()), count);
  }

  /** The next stamp of a conversation. */
  Stamp next(String conversation) {
    return next(conversation, 1).get(0);
  }

  /** Makes all later stamps of a conversation newer than this one. */
  void observe(String conversation, Stamp seen) {
    place(conversation).raise(seen.bits());
  }

  /**
   * Forgets stamps that a store has found too far ahead of its clock. If the time still is, it is
   * corrected for some seconds, in which it may be set right.
   *
   * @param newest the newest stamp that the store would have taken
   */
  void retreat(String conversation, Stamp newest) {
    long now = millis.getAsLong();
    if (now > newest.millis()) {
      long storeNow = newest.millis() - Stamp.AHEAD_MAX.toMillis();
      correction = new Correction(now, now - storeNow);
    }
    place(conversation).lower(newest.bits());
  }

  /** The time of the store that accepts writes, as far as is known. */
  private long storeMillis() {
    long now = millis.getAsLong();
    Correction known = correction;
    if (known.aheadMillis() == 0) {
      return now;
    }
    if (known.holdsAt(now)) {
      return now - known.aheadMillis();
    }
    correction = Correction.NONE;
    return now;
  }

  /**
   * By how much the time was ahead of a store's when it was this late. A time that went back has
   * been set right.
   */
  private record Correction(long atMillis, long aheadMillis) {
    static final Correction NONE = new Correction(Long.MIN_VALUE, 0);
    private static final long SLACK_MILLIS = 1_000;
    private static final long DURATION_MILLIS = 10_000;

    boolean holdsAt(long nowMillis) {
      return nowMillis >= atMillis - SLACK_MILLIS && nowMillis <= atMillis + DURATION_MILLIS;
    }
  }

  /** The newest stamps that were given or seen; those before a jump are remembered apart. */
  private static final class Place {
    private static final int JUMPS_MAX = 4;
    private static final long JUMP_BITS = Stamp.at(Stamp.EPOCH_MILLIS + 1_000, 0).bits();

    /** The newest stamp of each stretch without a jump, the last stretch first. Guarded by this. */
    private final long[] newest = new long[JUMPS_MAX];

    synchronized List<Stamp> next(Stamp now, int count) {
      Stamp stamp = now.bits() > newest[0] ? now : new Stamp(newest[0]).next(now.node());
      List<Stamp> stamps = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        stamps.add(stamp);
        stamp = stamp.next(now.node());
      }
      raise(stamps.get(count - 1).bits());
      return stamps;
    }

    synchronized void raise(long bits) {
      if (bits > newest[0] + JUMP_BITS) {
        System.arraycopy(newest, 0, newest, 1, JUMPS_MAX - 1);
      }
      newest[0] = Math.max(newest[0], bits);
    }

    synchronized void lower(long bits) {
      while (newest[0] > bits) {
        System.arraycopy(newest, 1, newest, 0, JUMPS_MAX - 1);
        newest[JUMPS_MAX - 1] = 0;
      }
    }
  }

  private Place place(String conversation) {
    int hash = conversation.hashCode();
    return places.get((hash ^ (hash >>> 16)) & (PLACES - 1));
  }
}
