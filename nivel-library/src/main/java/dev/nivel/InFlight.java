package dev.nivel;

import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Writes of this node on their way, to Redis or past it, in the order of their stamps. A store that
 * does not know of an earlier one, because the other has it, must not judge a condition or an
 * idempotency key before that one has arrived. Waiting only for earlier ones, no two wait for each
 * other. Conversations share 1,024 stripes. Safe for use by several threads.
 */
final class InFlight {
  private static final int STRIPES = 1_024;
  private static final Duration WAIT_MAX = Duration.ofSeconds(2);
  private static final long PAUSE_NANOS_MIN = 50_000;
  private static final long PAUSE_NANOS_MAX = 2_000_000;

  private final Stripe[] stripes = new Stripe[STRIPES];

  InFlight() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  private static final class Stripe {
    final ReentrantLock lock = new ReentrantLock();
    /** Guarded by lock. */
    final TreeSet<Long> numbers = new TreeSet<>();
    /** Guarded by lock. */
    long last;
  }

  /**
   * A write sets out.
   *
   * @param stamping gives it its stamps; no later one has older stamps
   */
  Trip begin(String conversation, Supplier<List<Stamp>> stamping) {
    int hash = conversation.hashCode();
    Stripe stripe = stripes[(hash ^ (hash >>> 16)) & (STRIPES - 1)];
    stripe.lock.lock();
    try {
      Trip trip = new Trip(stripe, ++stripe.last, stamping.get());
      stripe.numbers.add(trip.number);
      return trip;
    } finally {
      stripe.lock.unlock();
    }
  }

  /**
   * All writes that have set out so far.
   *
   * @return the number of the last one of each stripe, for {@link #isPast}
   */
  long[] mark() {
    long[] mark = new long[STRIPES];
    for (int i = 0; i < STRIPES; i++) {
      Stripe stripe = stripes[i];
      stripe.lock.lock();
      try {
        mark[i] = stripe.last;
      } finally {
        stripe.lock.unlock();
      }
    }
    return mark;
  }

  /** Whether none of those that had set out at a {@link #mark} is under way any more. */
  boolean isPast(long[] mark) {
    for (int i = 0; i < STRIPES; i++) {
      Stripe stripe = stripes[i];
      stripe.lock.lock();
      try {
        if (!stripe.numbers.isEmpty() && stripe.numbers.first() <= mark[i]) {
          return false;
        }
      } finally {
        stripe.lock.unlock();
      }
    }
    return true;
  }

  /** A write on its way. For use by one thread. */
  static final class Trip implements AutoCloseable {
    private final Stripe stripe;
    private final long number;
    private final List<Stamp> stamps;
    private boolean isOver;

    private Trip(Stripe stripe, long number, List<Stamp> stamps) {
      this.stripe = stripe;
      this.number = number;
      this.stamps = stamps;
    }

    List<Stamp> stamps() {
      return stamps;
    }

    /**
     * Waits until none is under way that set out earlier, to this conversation or another of its
     * stripe.
     *
     * @throws UnavailableException if that takes more than two seconds, or longer than the request
     *     may take
     */
    void awaitEarlier(Deadline deadline) {
      long end = System.nanoTime() + deadline.atMost(WAIT_MAX).toNanos();
      for (long pause = PAUSE_NANOS_MIN; !isEarliest(); pause = Math.min(2 * pause,
          PAUSE_NANOS_MAX)) {
        if (System.nanoTime() - end > 0) {
          throw new UnavailableException("neither a condition nor an idempotency key can be judged"
              + " while earlier writes to the conversation are under way");
        }
        LockSupport.parkNanos(pause);
      }
    }

    private boolean isEarliest() {
      stripe.lock.lock();
      try {
        return stripe.numbers.first() == number;
      } finally {
        stripe.lock.unlock();
      }
    }

    /** It has arrived, and the outbox has it, or it was given up; may be repeated. */
    @Override
    public void close() {
      if (isOver) {
        return;
      }
      isOver = true;
      stripe.lock.lock();
      try {
        stripe.numbers.remove(number);
      } finally {
        stripe.lock.unlock();
      }
    }
  }
}
