package dev.nivel;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Finds the conversation that was used least recently: exactly, but for reads within the same tick.
 * Readers tell it nothing, they only leave the tick in the conversation.
 *
 * <p>A heap orders the conversations by when they were used as far as it knows, which is never
 * later than the truth. It looks at its first one; if that has been read since, it is put back at
 * its true place, and the next one is looked at. The first whose place is true is the least
 * recently used one. What is put back was read, so that this costs at most a step of the heap for a
 * tick in which a conversation was read. For use by one thread.
 */
final class EvictionOrder {
  /** May hold residents that are gone. */
  private final PriorityQueue<Resident> heap = new PriorityQueue<>(
      Comparator.comparingLong(resident -> resident.orderedAt));

  void add(Resident resident) {
    heap.add(resident);
  }

  /** Learns that a resident is gone, and how many are left. */
  void left(int count) {
    if (heap.size() > 2 * count + 16) {
      heap.removeIf(Resident::isGone);
    }
  }

  /** The least recently used resident, which stays where it is; null if there is none. */
  @Nullable
  Resident oldest() {
    while (true) {
      @Nullable Resident first = heap.peek();
      if (first == null) {
        return null;
      }
      long usedAt = first.usedAt();
      if (!first.isGone() && usedAt == first.orderedAt) {
        return first;
      }
      heap.poll();
      if (!first.isGone()) {
        first.orderedAt = usedAt;
        heap.add(first);
      }
    }
  }
}
