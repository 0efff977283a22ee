package dev.nivel;

import java.util.ArrayDeque;
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
  private final UseHeap read = new UseHeap();

  void add(Resident resident) {
    unread.addLast(resident);
  }

  /** Learns that a resident is gone, and how many are left. */
  void left(int count) {
    if (unread.size() + read.size() > 2 * count + 16) {
      unread.removeIf(Resident::isGone);
      read.removeGone();
    }
  }

  /** The least recently used resident, which stays where it is; null if there is none. */
  @Nullable
  Resident oldest() {
    @Nullable Resident oldestUnread = oldestUnread();
    @Nullable Resident oldestRead = oldestRead();
    return oldestRead == null
        || (oldestUnread != null && oldestUnread.usedAt() <= read.firstTick())
            ? oldestUnread
            : oldestRead;
  }

  private @Nullable Resident oldestUnread() {
    while (true) {
      @Nullable Resident first = unread.peek();
      if (first == null || (!first.isGone() && !first.isRead())) {
        return first;
      }
      unread.remove();
      if (!first.isGone()) {
        read.add(first, first.usedAt());
      }
    }
  }

  private @Nullable Resident oldestRead() {
    while (true) {
      @Nullable Resident first = read.first();
      if (first == null) {
        return null;
      }
      long usedAt = first.usedAt();
      if (first.isGone()) {
        read.removeFirst();
      } else if (usedAt == read.firstTick()) {
        return first;
      } else {
        read.moveFirst(usedAt);
      }
    }
  }
}
