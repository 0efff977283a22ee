package dev.nivel;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Finds the conversation that was used least recently: exactly, but for reads within the same tick.
 * Readers tell it nothing, they only leave the tick in the conversation.
 *
 * <p>Each place is that of the last use as far as it is known, which is never later than the truth.
 * Those that were not read since they came stand in a queue, as insertions come in the order of
 * their ticks; the others in a heap. It looks at the first one of each; if that has been read
 * since, it is put at its true place in the heap, and the next one is looked at. The older of the
 * first two whose places are true is the least recently used one; in the same tick, the one that
 * was not read. What is put back was read, so that this costs at most a step of the heap for a tick
 * in which a conversation was read. For use by one thread.
 */
final class EvictionOrder {
  /** Not read since they came, as far as is known. This and read may hold who is gone. */
  private final ArrayDeque<Resident> unread = new ArrayDeque<>();
  /** Put in order by orderedAt. */
  private final PriorityQueue<Resident> read = new PriorityQueue<>(
      Comparator.comparingLong(resident -> resident.orderedAt));

  void add(Resident resident) {
    unread.addLast(resident);
  }

  /** Learns that a resident is gone, and how many are left. */
  void left(int count) {
    if (unread.size() + read.size() > 2 * count + 16) {
      unread.removeIf(Resident::isGone);
      read.removeIf(Resident::isGone);
    }
  }

  /** The least recently used resident, which stays where it is; null if there is none. */
  @Nullable
  Resident oldest() {
    @Nullable Resident oldestUnread = oldest(unread);
    @Nullable Resident oldestRead = oldest(read);
    return oldestRead == null
        || (oldestUnread != null && oldestUnread.orderedAt <= oldestRead.orderedAt)
            ? oldestUnread
            : oldestRead;
  }

  private @Nullable Resident oldest(Queue<Resident> queue) {
    while (true) {
      @Nullable Resident first = queue.peek();
      if (first == null || isInPlace(first)) {
        return first;
      }
      queue.remove();
      putBack(first);
    }
  }

  private static boolean isInPlace(Resident resident) {
    return !resident.isGone() && resident.usedAt() == resident.orderedAt;
  }

  private void putBack(Resident resident) {
    if (!resident.isGone()) {
      resident.orderedAt = resident.usedAt();
      read.add(resident);
    }
  }
}
