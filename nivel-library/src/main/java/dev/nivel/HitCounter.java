package dev.nivel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts exactly, at the cost of a few plain memory accesses: an atomic addition, as a {@link
 * LongAdder} makes it, takes longer than a read of L1 and keeps the processor from beginning the
 * next one.
 *
 * <p>A thread adds to a cell that it owns, so that nobody else writes to it. A cell whose owner has
 * ended goes to the next thread that comes to it, which sees the owner's last addition ({@link
 * Thread#isAlive}). Threads that find their cell taken share a {@link LongAdder}. Safe for use by
 * several threads.
 */
final class HitCounter {
  private static final int CELLS = 64;
  /** In longs, so that no two cells share a cache line, nor two that are fetched together. */
  private static final int CELL_SPACING = 16;
  private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

  private static final VarHandle OWNER = MethodHandles.arrayElementVarHandle(Thread[].class);

  /** Read plainly by those who look for themselves; else through OWNER. */
  private final @Nullable Thread[] owners = new Thread[CELLS];
  private final long[] counts = new long[CELLS * CELL_SPACING];
  private final LongAdder others = new LongAdder();

  /** Adds one. */
  void increment() {
    Thread thread = Thread.currentThread();
    int cell = (int) thread.getId() & (CELLS - 1);
    if (owners[cell] == thread) {
      add(cell);
    } else {
      incrementElsewhere(cell, thread);
    }
  }

  /** Of a cell that is the caller's. */
  private void add(int cell) {
    int place = cell * CELL_SPACING;
    COUNT.setOpaque(counts, place, (long) COUNT.getOpaque(counts, place) + 1);
  }

  private void incrementElsewhere(int cell, Thread thread) {
    if (isTaken(cell, thread)) {
      add(cell);
    } else {
      others.increment();
    }
  }

  /** Whether a thread owns a cell now, which it does if nobody does who lives. */
  private boolean isTaken(int cell, Thread thread) {
    @Nullable Thread owner = (Thread) OWNER.getVolatile(owners, cell);
    return (owner == null || !owner.isAlive()) && OWNER.compareAndSet(owners, cell, owner, thread);
  }

  /** All that was added; additions under way may be missing. */
  long sum() {
    long sum = others.sum();
    for (int cell = 0; cell < CELLS; cell++) {
      sum += (long) COUNT.getOpaque(counts, cell * CELL_SPACING);
    }
    return sum;
  }
}
