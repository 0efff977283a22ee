package dev.nivel;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Finds the conversation that was used least recently: exactly, but for reads within the same tick.
 * Readers tell it nothing, they only leave the tick in the conversation.
 *
 * <p>Each place is that of the last use as far as it is known, which is never later than the truth.
 * Those that were not used since they came stand in a queue, as insertions come in the order of
 * their ticks; the others in a heap. It looks at the first one of each; if that has been used
 * since, it is put at its true place in the heap, and the next one is looked at. The older of the
 * first two whose places are true is the least recently used one; in the same tick, the one that
 * was not used since it came. What is put back was used, so that this costs at most a step of the
 * heap for a tick in which a conversation was used. For use by one thread.
 */
final class EvictionOrder {
  /** Not used since they came, as far as is known. Both may hold who is gone. */
  private final ArrayDeque<Resident> untouched = new ArrayDeque<>();
  private final UseHeap touched = new UseHeap();

  void add(Resident resident) {
    untouched.addLast(resident);
  }

  /** Learns that a resident is gone, and how many are left. */
  void left(int count) {
    if (untouched.size() + touched.size() > 2 * count + 16) {
      untouched.removeIf(Resident::isGone);
      touched.removeGone();
    }
  }

  /** The least recently used resident, which stays where it is; null if there is none. */
  @Nullable
  Resident oldest() {
    @Nullable Resident oldestUntouched = oldestUntouched();
    @Nullable Resident oldestTouched = oldestTouched();
    return oldestTouched == null
        || (oldestUntouched != null && oldestUntouched.usedAt() <= touched.firstTick())
            ? oldestUntouched
            : oldestTouched;
  }

  private @Nullable Resident oldestUntouched() {
    while (true) {
      @Nullable Resident first = untouched.peek();
      if (first == null || (!first.isGone() && !first.isTouched())) {
        return first;
      }
      untouched.remove();
      if (!first.isGone()) {
        touched.add(first, first.usedAt());
      }
    }
  }

  private @Nullable Resident oldestTouched() {
    while (true) {
      @Nullable Resident first = touched.first();
      if (first == null) {
        return null;
      }
      long usedAt = first.usedAt();
      if (first.isGone()) {
        touched.removeFirst();
      } else if (usedAt == touched.firstTick()) {
        return first;
      } else {
        touched.moveFirst(usedAt);
      }
    }
  }
}
