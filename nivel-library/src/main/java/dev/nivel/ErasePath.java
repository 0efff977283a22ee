package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.CorruptException;
import dev.nivel.store.FaultPoint;
import dev.nivel.store.L2;
import dev.nivel.store.L3;
import dev.nivel.store.NodeRegistry.Erasure;
import dev.nivel.store.NodeRegistry.ErasureState;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erasing a conversation at every level.
 *
 * <ol>
 * <li>L3 erases it, bars the return of anything that is not newer (I5), and notes the erasure for
 * all nodes, in one transaction. If L3 fails, nothing was done.
 * <li>This node forgets it in outbox and L1, erases it in its journal and in Redis, and confirms.
 * <li>Every other node does the same with its next heartbeat, one that died when it is back: its
 * journal may hold the conversation. The receipt is complete when all have confirmed that did not
 * leave in order (I12); what takes longer than a moment is said to be open.
 * </ol>
 */
final class ErasePath {
  private static final Logger LOG = LoggerFactory.getLogger(ErasePath.class);
  /** By how much the clocks of nodes may differ unnoticed. */
  private static final Duration CLOCK_SLACK = Duration.ofMillis(100);
  private static final Duration CONFIRMATION_WAIT_MAX = Duration.ofMillis(2_500);
  private static final Duration CONFIRMATION_POLL = Duration.ofMillis(100);

  private final L1 l1;
  private final L2 l2;
  private final L3 l3;
  private final Outbox outbox;
  private final Journaling journaling;
  private final Context context;
  /** What Redis has not heard of yet. */
  private final Map<Stamp, Erasure> open = new ConcurrentHashMap<>();

  ErasePath(Levels levels, Context context) {
    l1 = levels.l1();
    l2 = levels.l2();
    l3 = levels.l3();
    outbox = levels.outbox();
    journaling = levels.journaling();
    this.context = context;
  }

  /** Erases a conversation; waits a moment for the other nodes. */
  EraseReceipt erase(String conversation) {
    observe(conversation);
    Deadline deadline = context.deadline();
    Stamp stamp = context.clock().next(conversation);
    while (!l3.erase(conversation, stamp)) {
      deadline.check();
      stamp = context.clock().next(conversation);
    }
    FaultPoint.reach("erase-after-commit");
    carryOut(new Erasure(conversation, stamp));
    long start = context.meters().time().nanos();
    EraseReceipt receipt = receiptOf(conversation, stamp);
    while (!receipt.isComplete() && context.health().isRedisUsed()
        && context.meters().time().nanos() - start < CONFIRMATION_WAIT_MAX.toNanos()) {
      LockSupport.parkNanos(CONFIRMATION_POLL.toNanos());
      receipt = receiptOf(conversation, stamp);
    }
    return receipt;
  }

  /**
   * Erases what is not newer than a stamp, and does not wait for the other nodes.
   *
   * @return the erasure's own stamp: the given one, or an older one if another erasure has that
   */
  Stamp eraseUpTo(String conversation, Stamp bar) {
    Stamp stamp = bar;
    while (!l3.erase(conversation, stamp)) {
      stamp = stamp.previous();
    }
    carryOut(new Erasure(conversation, stamp));
    return stamp;
  }

  /**
   * Makes the stamp of an erasure newer than all that was acknowledged before it, also by nodes
   * whose clocks are a little ahead.
   */
  private void observe(String conversation) {
    long aheadMillis = context.meters().time().millis() + CLOCK_SLACK.toMillis();
    context.clock().observe(conversation, Stamp.at(aheadMillis, 0));
    try {
      if (context.health().isRedisUsed()) {
        observe(conversation, l2.conversation(conversation));
      }
    } catch (UnavailableException | CorruptException e) {
      LOG.debug("What Redis holds of the conversation is not known", e);
    }
    l3.conversations(List.of(conversation)).forEach(this::observe);
  }

  private void observe(String conversation, Contents contents) {
    contents.fields().forEach(field -> context.clock().observe(conversation, field.stamp()));
  }

  /** How far an erasure has come; empty if there is none of this stamp. */
  Optional<EraseReceipt> receipt(Stamp stamp) {
    return l3.nodes().erasure(stamp).map(state -> receipt(stamp, state));
  }

  private EraseReceipt receiptOf(String conversation, Stamp stamp) {
    try {
      return receipt(stamp).orElse(new EraseReceipt(conversation, stamp, List.of("l3")));
    } catch (UnavailableException e) {
      return new EraseReceipt(conversation, stamp, List.of("confirmation"));
    }
  }

  private EraseReceipt receipt(Stamp stamp, ErasureState state) {
    List<String> open = new ArrayList<>();
    boolean isOwnOpen = state.unconfirmed().contains(context.membership().number());
    if (isOwnOpen && !context.health().isRedisUsed()) {
      open.add("l2");
    }
    state.unconfirmed().forEach(node -> open.add("node " + node));
    return new EraseReceipt(state.conversation(), stamp, open);
  }

  /** Erases what this node and Redis hold, and confirms it; if Redis is out, a later turn does. */
  void carryOut(Erasure erasure) {
    open.put(erasure.stamp(), erasure);
    context.clock().observe(erasure.conversation(), erasure.stamp()); // whoever asked for it
    outbox.erase(erasure.conversation(), erasure.stamp());
    l1.erase(erasure.conversation(), erasure.stamp());
    try {
      try {
        journaling.erase(erasure.conversation(), erasure.stamp());
      } finally { // one that fails does not keep the other from it
        l2.erase(erasure.conversation(), erasure.stamp());
      }
      FaultPoint.reach("erase-after-redis");
      l1.forget(erasure.conversation()); // what was read from Redis meanwhile
      open.remove(erasure.stamp());
      l3.nodes().confirmErase(erasure.stamp(), context.membership().number());
    } catch (UnavailableException e) {
      LOG.warn("The erasure {} is not complete yet: {}", erasure.stamp(), e.getMessage());
    }
  }

  /** Tells a Redis that comes back what was erased while it was out. */
  void tellRedis(L2 redis) {
    open.values().forEach(erasure -> redis.erase(erasure.conversation(), erasure.stamp()));
  }
}
