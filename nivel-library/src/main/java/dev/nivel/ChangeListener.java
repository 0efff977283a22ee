package dev.nivel;

import dev.nivel.store.L2;
import dev.nivel.store.Stamp;

/** Keeps L1 true to what other nodes write to Redis. */
final class ChangeListener implements L2.Listener {
  private final L1 l1;
  private final Outbox outbox;
  private final StampClock clock;
  private final Membership membership;
  private final UnansweredWrites unanswered;
  private final RecoveryPath recovery;
  private final Runnable wakeRedisDuty;

  ChangeListener(Levels levels, Context context, RecoveryPath recovery, Runnable wakeRedisDuty) {
    l1 = levels.l1();
    outbox = levels.outbox();
    clock = context.clock();
    membership = context.membership();
    unanswered = context.unanswered();
    this.recovery = recovery;
    this.wakeRedisDuty = wakeRedisDuty;
  }

  @Override
  public void changed(int node, String conversation, String key, Stamp stamp) {
    // This node's own writes reach L1 with their reply, if one comes.
    boolean isAnswered = membership.isClaimed() && node == membership.number()
        && !unanswered.contains(stamp);
    if (!isAnswered) {
      l1.unknown(conversation, key, stamp);
    }
  }

  @Override
  public void erased(int node, String conversation, Stamp stamp) {
    clock.observe(conversation, stamp);
    outbox.erase(conversation, stamp);
    l1.erase(conversation, stamp);
  }

  @Override
  public void changesMissed() {
    l1.expire();
  }

  @Override
  public void generationStarted() {
    recovery.offerSoon();
    wakeRedisDuty.run();
  }

  @Override
  public void disconnected() {
    wakeRedisDuty.run();
  }
}
