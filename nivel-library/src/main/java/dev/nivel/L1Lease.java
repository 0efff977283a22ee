package dev.nivel;

import dev.nivel.store.L2;
import dev.nivel.store.Time;
import java.time.Duration;

/**
 * Tells when L1 may answer: for three seconds after everything that other nodes wrote was heard of
 * (I4), so that a node whose channel is silent, or that was paused, asks the level below. While
 * Redis is out, nobody is heard.
 *
 * <p>{@link #isHeld} asks the real clock. {@link #isFresh} costs nothing: it is what the
 * housekeeper found at its last tick, so that it is late by a tick, after a pause of the process as
 * well. Its lease is shorter, for ticks that come late on a machine without a free core.
 */
final class L1Lease {
  private static final long LEASE_NANOS = Duration.ofSeconds(3).toNanos();
  private static final Duration NOTES_AGE_MAX = Duration.ofMillis(2_500);
  private static final long FRESH_NANOS = NOTES_AGE_MAX.toNanos();

  private final L2 l2;
  private final Health health;
  private final Time time;
  private final CoarseClock clock;
  private volatile boolean isFresh;

  /** Has L1's clock follow the time. */
  L1Lease(L2 l2, Health health, Time time, CoarseClock clock) {
    this.l2 = l2;
    this.health = health;
    this.time = time;
    this.clock = clock;
  }

  /** Whether L1 may answer for a conversation now; to be asked before it is. Does not block. */
  boolean isHeld(String conversation) {
    long now = time.nanos();
    clock.follow(now);
    return health.isRedisUsed()
        && now - l2.heardAtNanos(conversation) <= LEASE_NANOS;
  }

  /** Whether L1 might answer for all conversations at the last tick, with nothing that is stale. */
  boolean isFresh() {
    return isFresh;
  }

  /** To be called when ticks have ended: nothing is known to be fresh any more. */
  void end() {
    refresh(false);
  }

  /** To be called at each tick. */
  void refresh() {
    refresh(health.isRedisUsed() && time.nanos() - l2.heardAtNanos() <= FRESH_NANOS
        && !health.mayBeStale(NOTES_AGE_MAX));
  }

  private void refresh(boolean isFreshNow) {
    isFresh = isFreshNow;
    if (!isFreshNow) {
      clock.advance(); // what was found good in this tick must be looked at again
    }
  }
}
