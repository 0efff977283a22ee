package dev.nivel;

import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * How many writes to a conversation are on their way to a store, which the other store does not
 * know of: it must not judge a condition or an idempotency key meanwhile. Counts by stripes of
 * conversations. Safe for use by several threads.
 */
final class InFlight {
  private static final int STRIPES = 1_024;
  private static final Duration POLL = Duration.ofMillis(2);
  private static final int POLLS_MAX = 1_000;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(STRIPES);

  private static int stripe(String conversation) {
    int hash = conversation.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }

  /** A write sets out. */
  Trip begin(String conversation) {
    int stripe = stripe(conversation);
    counts.incrementAndGet(stripe);
    return new Trip(stripe);
  }

  /** A write on its way. For use by one thread. */
  final class Trip implements AutoCloseable {
    private final int stripe;
    private boolean isOver;

    private Trip(int stripe) {
      this.stripe = stripe;
    }

    /** It has arrived or was given up; may be repeated. */
    @Override
    public void close() {
      if (!isOver) {
        isOver = true;
        counts.decrementAndGet(stripe);
      }
    }
  }

  /** Whether none is under way to any conversation. */
  boolean isNone() {
    return IntStream.range(0, STRIPES).allMatch(stripe -> counts.get(stripe) == 0);
  }

  /**
   * Waits until none is under way to a conversation, nor to others of its stripe.
   *
   * @throws UnavailableException if that takes more than two seconds
   */
  void awaitNone(String conversation) {
    int stripe = stripe(conversation);
    for (int i = 0; counts.get(stripe) > 0; i++) {
      if (i == POLLS_MAX) {
        throw new UnavailableException("neither a condition nor an idempotency key can be judged"
            + " while other writes to the conversation are under way");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
