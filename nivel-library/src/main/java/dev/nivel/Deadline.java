package dev.nivel;

import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.time.Duration;

/**
 * Until when a request must have its answer. It is looked at before each further step, and waits
 * are shortened to what is left of it. A call to a store has a deadline of its own, so that an
 * answer comes late by one call at most. Immutable.
 */
final class Deadline {
  /** Of what has none. */
  static final Deadline NONE = new Deadline(Duration.ofDays(36_500), Time.SYSTEM);

  private final Time time;
  private final Duration budget;
  private final long startNanos;

  private Deadline(Duration budget, Time time) {
    this.time = time;
    this.budget = budget;
    startNanos = time.nanos();
  }

  /** A request begins now, and may take so long. */
  static Deadline after(Duration budget, Time time) {
    return new Deadline(budget, time);
  }

  /** Whether it is over. */
  boolean isOver() {
    return left().isZero();
  }

  /** What is left of it; zero if it is over. */
  Duration left() {
    Duration left = budget.minusNanos(time.nanos() - startNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** How long a wait may be that would take so long otherwise. */
  Duration atMost(Duration wait) {
    Duration left = left();
    return left.compareTo(wait) < 0 ? left : wait;
  }

  /**
   * Lets a request go on that has done nothing so far.
   *
   * @throws UnavailableException if its time is over
   */
  void check() {
    check(Outcome.NOT_APPLIED);
  }

  /**
   * Lets a request go on.
   *
   * @param outcome what is known of what it has done so far
   * @throws UnavailableException with that outcome, if its time is over
   */
  void check(Outcome outcome) {
    if (isOver()) {
      throw new UnavailableException("the request has taken over " + budget.toMillis()
          + " ms, its deadline", outcome, null);
    }
  }
}
