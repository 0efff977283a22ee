package dev.nivel;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock for what takes some hundred nanoseconds. Who finds it taken looks again a few times. Then
 * one of those who wait sleeps and looks in turns, and nobody wakes him; the others wait for his
 * part. So whoever has the lock takes it many times in a row, while what it guards is in his core's
 * caches: to hand it to another core at each turn takes longer than many turns.
 *
 * <p>It is the test-and-test-and-set lock with backoff of T. Anderson, The Performance of Spin Lock
 * Alternatives for Shared-Memory Multiprocessors (1990), with a queue before it. Neither fair nor
 * reentrant.
 */
final class BackoffLock {
  /** A microsecond or less: longer than one turn of another one. */
  private static final int LOOKS = 16;
  /** Linux adds some 50 microseconds of its own. */
  private static final long SLEEP_NANOS = 20_000;

  private final AtomicReference<@Nullable Thread> holder = new AtomicReference<>();
  /** Held by the one who sleeps and looks in turns. */
  private final ReentrantLock turns = new ReentrantLock();

  /**
   * Takes the lock; an interrupted thread does, too, and stays interrupted.
   *
   * @throws IllegalStateException if this thread has it, and would wait for itself
   */
  void lock() {
    if (isTakenAtOnce()) {
      return;
    }
    if (holder.get() == Thread.currentThread()) {
      throw new IllegalStateException("this thread has the lock already");
    }
    turns.lock();
    try {
      while (!isTakenAtOnce()) {
        LockSupport.parkNanos(SLEEP_NANOS);
      }
    } finally {
      turns.unlock();
    }
  }

  private boolean isTakenAtOnce() {
    for (int look = 0; look < LOOKS; look++) {
      if (tryLock()) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  /** Takes the lock if nobody has it. */
  boolean tryLock() {
    return holder.get() == null && holder.compareAndSet(null, Thread.currentThread());
  }

  /** To be called by who has it only. */
  void unlock() {
    holder.setRelease(null);
  }
}
