package dev.nivel;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * Threads for work beside that of a caller's own, of which there are so many at most. Who wants
 * some takes what is free, waits for none, and gives them back. Safe for use by several threads.
 */
final class Workers {
  private final Executor threads;
  private final Semaphore free;

  /**
   * Workers.
   *
   * @param threads does at once whatever it is given
   * @param max 0 or more
   */
  Workers(Executor threads, int max) {
    this.threads = threads;
    free = new Semaphore(max);
  }

  /** Takes as many as are free, but no more than so many; there may be none. */
  Crew take(int wanted) {
    int taken = 0;
    while (taken < wanted && free.tryAcquire()) {
      taken++;
    }
    return new Crew(taken);
  }

  /** Workers that nobody else has; closing gives them back, when their work has ended. */
  final class Crew implements AutoCloseable {
    private final int size;

    private Crew(int size) {
      this.size = size;
    }

    int size() {
      return size;
    }

    Executor threads() {
      return threads;
    }

    @Override
    public void close() {
      free.release(size);
    }
  }
}
