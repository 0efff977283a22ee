package dev.nivel;

import dev.nivel.store.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Chooses stamps: the time, but always newer than every stamp that was given or seen for a
 * conversation. Conversations share 1,024 places by hash, which only makes stamps newer than they
 * would have to be. A hybrid logical clock (Kulkarni et al., 2014) in 53 bits. Safe for use by
 * several threads.
 */
final class StampClock {
  private static final int PLACES = 1_024;

  private final AtomicLongArray newest = new AtomicLongArray(PLACES);
  private final LongSupplier millis;
  private final IntSupplier node;

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
    int place = place(conversation);
    int number = node.getAsInt();
    while (true) {
      long before = newest.get(place);
      Stamp now = Stamp.at(millis.getAsLong(), number);
      Stamp stamp = now.bits() > before ? now : new Stamp(before).next(number);
      List<Stamp> stamps = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        stamps.add(stamp);
        stamp = stamp.next(number);
      }
      if (newest.compareAndSet(place, before, stamps.get(count - 1).bits())) {
        return stamps;
      }
    }
  }

  /** The next stamp of a conversation. */
  Stamp next(String conversation) {
    return next(conversation, 1).get(0);
  }

  /** Makes all later stamps of a conversation newer than this one. */
  void observe(String conversation, Stamp seen) {
    newest.accumulateAndGet(place(conversation), seen.bits(), Math::max);
  }

  private static int place(String conversation) {
    int hash = conversation.hashCode();
    return (hash ^ (hash >>> 16)) & (PLACES - 1);
  }
}
