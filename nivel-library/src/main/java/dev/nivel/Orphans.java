package dev.nivel;

import dev.nivel.store.Time;
import dev.nivel.store.Write;
import java.time.Duration;

/** What Redis holds for unsynced and nobody looks after. Safe for use by several threads. */
final class Orphans {
  private final Membership membership;
  private final SyncPath.Settings settings;
  private final Time time;
  /** When this node began to write, in the time of stamps. */
  private volatile long startMillis;

  Orphans(Membership membership, SyncPath.Settings settings, Time time) {
    this.membership = membership;
    this.settings = settings;
    this.time = time;
    startMillis = time.millis();
  }

  /** This node begins to write now, the time of stamps being known. */
  void begin() {
    startMillis = time.millis();
  }

  /**
   * Whether a write is one of them: it is of this node's former life, or of a dead node; or it is
   * so old that whoever should look after it does not, say, since its reply never came. What the
   * outbox holds is not adopted anyway.
   */
  boolean have(Write write) {
    int node = write.stamp().node();
    Duration age = Duration.ofMillis(time.millis() - write.stamp().millis());
    boolean isOverdue = age.compareTo(settings.overdue()) > 0;
    if (node == membership.number()) {
      return isOverdue || write.stamp().millis() < startMillis;
    }
    return isOverdue
        && (membership.isDead(node) || age.compareTo(settings.overdue().multipliedBy(2)) > 0);
  }
}
