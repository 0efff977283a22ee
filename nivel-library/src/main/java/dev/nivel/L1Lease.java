package dev.nivel;

import dev.nivel.store.L2;
import dev.nivel.store.Time;
import java.time.Duration;

/**
 * Tells when L1 may answer: for three seconds after everything that other nodes wrote was heard of
 * (I4), so that a node whose channel is silent, or that was paused, asks the level below. While
 * Redis is out, nobody is heard.
 */
final class L1Lease {
  private static final Duration LEASE = Duration.ofSeconds(3);

  private final L2 l2;
  private final Health health;
  private final Time time;
  private final CoarseClock clock;

  /** Has L1's clock follow the time. */
  L1Lease(L2 l2, Health health, Time time, CoarseClock clock) {
    this.l2 = l2;
    this.health = health;
    this.time = time;
    this.clock = clock;
  }

  /** Whether L1 may answer for a conversation now; to be asked before it is. Does not block. */
  boolean isHeld(String conversation) {
    if (!health.isRedisUsed()) {
      return false;
    }
    long now = time.nanos();
    clock.follow(now);
    return now - l2.heardAtNanos(conversation) <= LEASE.toNanos();
  }
}
