package dev.nivel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A heap of residents by ticks, the least first. The ticks stand beside the residents and not in
 * them, so that comparing goes to one array only; and in fours, so that those that are compared
 * with each other are neighbors there, and a way through the heap has half of the steps. For use by
 * one thread.
 */
final class UseHeap {
  private static final int CHILDREN = 4;
  private static final int CAPACITY_MIN = 16;

  private long[] ticks = new long[CAPACITY_MIN];
  /** Null from size on. */
  private @Nullable Resident[] residents = new @Nullable Resident[CAPACITY_MIN];
  private int size;

  int size() {
    return size;
  }

  /** The one of the least tick; null if there is none. */
  @Nullable
  Resident first() {
    return residents[0];
  }

  /** The tick of the first one, if there is one. */
  long firstTick() {
    return ticks[0];
  }

  void add(Resident resident, long tick) {
    if (size == ticks.length) {
      int capacity = size + size / 4; // what is not needed lies there for each conversation
      ticks = Arrays.copyOf(ticks, capacity);
      residents = Arrays.copyOf(residents, capacity);
    }
    int place = size++;
    while (place > 0 && tick < ticks[(place - 1) / CHILDREN]) {
      int parent = (place - 1) / CHILDREN;
      put(place, residents[parent], ticks[parent]);
      place = parent;
    }
    put(place, resident, tick);
  }

  /** Gives the first one, which there must be, another tick. */
  void moveFirst(long tick) {
    sink(0, residents[0], tick);
  }

  /** Removes the first one, which there must be. */
  void removeFirst() {
    size--;
    @Nullable Resident last = residents[size];
    residents[size] = null;
    if (size > 0) {
      sink(0, last, ticks[size]);
    }
  }

  void removeGone() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      @Nullable Resident resident = residents[i];
      if (resident != null && !resident.isGone()) {
        put(kept++, resident, ticks[i]);
      }
    }
    Arrays.fill(residents, kept, size, null);
    size = kept;
    for (int place = size / CHILDREN; place >= 0; place--) {
      sink(place, residents[place], ticks[place]);
    }
  }

  private void sink(int from, @Nullable Resident resident, long tick) {
    int place = from;
    int child = leastChild(place);
    while (child < size && ticks[child] < tick) {
      put(place, residents[child], ticks[child]);
      place = child;
      child = leastChild(place);
    }
    put(place, resident, tick);
  }

  /** The child of the least tick; size or more if there is none. */
  private int leastChild(int place) {
    int first = place * CHILDREN + 1;
    int end = Math.min(first + CHILDREN, size);
    int least = first;
    for (int child = first + 1; child < end; child++) {
      if (ticks[child] < ticks[least]) {
        least = child;
      }
    }
    return least;
  }

  private void put(int place, @Nullable Resident resident, long tick) {
    residents[place] = resident;
    ticks[place] = tick;
  }
}
