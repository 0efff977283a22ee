package dev.nivel;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.FaultPoint;
import dev.nivel.store.L2;
import dev.nivel.store.L3;
import dev.nivel.store.NodeRegistry.Erasure;
import dev.nivel.store.NodeRegistry.Report;
import dev.nivel.store.NodeRegistry.Roster;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after Redis and Supabase, on the housekeeper's threads.
 *
 * <p>Redis, while its breaker is closed: a heartbeat, which connects anew after a break; after a
 * restart of Redis the outbox is offered again (I1); on a thread of its own, Redis is told what was
 * written past it. While the breaker is open: the outbox is synced, so that nobody has to wait for
 * this node; when the breaker's time is over, or a look shows that Redis is well, a trial.
 *
 * <ol>
 * <li>A new connection, and canaries; a server that must not be used stays out.
 * <li>The outbox is offered: Redis may have lost it.
 * <li>Redis is told what was written past it, in this node's bypass or another's, and what was
 * erased.
 * <li>L1 expires: it has not heard of changes. Then the breaker closes, and callers come back to
 * a Redis that holds nothing older than what they wrote meanwhile (I2).
 * </ol>
 *
 * Supabase: a heartbeat in the register of nodes, which tells the others' epochs as well; after an
 * outage a trial, then sync.
 */
final class RecoveryPath {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveryPath.class);
  private static final Duration ERASING_MAX = Duration.ofMillis(500);
  private static final int TOLD_AT_A_TIME = 100;
  private static final long BYTES_AT_A_TIME = 1L << 20;

  private final L1 l1;
  private final L2 l2;
  /** L2 past its breaker, which lets nobody through during a trial. */
  private final L2 bareL2;
  private final L3 l3;
  private final Outbox outbox;
  private final Health health;
  private final Membership membership;
  private final Epochs epochs;
  private final Time time;
  private final ReentrantLock beating = new ReentrantLock();
  /** How much was pending at the last look while Redis is out. Used by the duty for Redis only. */
  private long pendingSeen;
  private final SyncPath sync;
  private final ErasePath erase;
  /** The generation of Redis's data that has got all that is unsynced here; "" = none. */
  private volatile String offered = "";

  RecoveryPath(Levels levels, L2 bareL2, Context context, Paths paths) {
    l1 = levels.l1();
    l2 = levels.l2();
    this.bareL2 = bareL2;
    l3 = levels.l3();
    outbox = levels.outbox();
    health = context.health();
    membership = context.membership();
    epochs = paths.epochs();
    time = context.meters().time();
    sync = paths.sync();
    erase = paths.erase();
  }

  /** Has the outbox offered to Redis again, which may have lost what it held. */
  void offerSoon() {
    health.generationStarted();
  }

  /** A turn for Redis. */
  void tendRedis() {
    if (health.redis().isTrialDue() || isRedisBack()) {
      tryRedis();
    } else if (health.isRedisUsed()) {
      pendingSeen = 0;
      beatRedis();
    } else {
      drain();
    }
  }

  /** A Redis that is well need not wait for its trial. */
  private boolean isRedisBack() {
    return health.redis().isBack(() -> bareL2.probe(true));
  }

  /** Has synced what came to the outbox since the last look; what fails, sync repeats by itself. */
  private void drain() {
    long pending = outbox.counts().pending();
    if (pending > pendingSeen && health.supabase().isClosed()) {
      sync.startSoon();
    }
    pendingSeen = pending;
  }

  private void beatRedis() {
    try {
      health.redis().call(() -> {
        l2.probe(false);
        return true;
      });
      sync.present(l2);
      if (health.redisTrouble("")) {
        LOG.info("All of Redis is well again");
      }
      if (health.isOfferDue()) {
        offer(l2);
      }
    } catch (UnavailableException e) {
      if (health.redisTrouble(e.getMessage())) {
        LOG.warn("At least a part of Redis is out: {}", e.getMessage());
      }
    } catch (ConfigurationException e) {
      LOG.debug("The breaker has opened and said why", e);
    }
  }

  /** A turn for what was written past Redis, by this node or another. */
  void tendNotes() {
    if (!health.isRedisUsed() || !health.supabase().isClosed()) {
      return;
    }
    try {
      tellRedis(l2);
    } catch (UnavailableException e) {
      LOG.debug("What was written past Redis could not be told now", e);
    }
  }

  private void tryRedis() {
    boolean isClosed = health.redis().tryToClose(call -> l2.probe(call == 0), () -> {
      sync.present(bareL2);
      offer(bareL2);
      reportOffer();
      reconcile();
      erase.tellRedis(bareL2);
      l1.expire();
    });
    if (isClosed) {
      health.redisTrouble(""); // what was wrong before it was out
      l1.expire(); // what L3 alone said may have come in since
      tellLateErasures();
      tendNotes();
      sync.startSoon();
    }
  }

  /** What was erased while the trial was under way found Redis out, and the trial over. */
  private void tellLateErasures() {
    try {
      erase.tellRedis(l2);
    } catch (UnavailableException e) {
      LOG.debug("The next heartbeat of Supabase carries out what is open", e);
    }
  }

  /** Before this node has anything again that is in Redis alone. */
  private void reportOffer() {
    try {
      beat();
    } catch (UnavailableException e) {
      LOG.debug("What was offered could not be reported; the next heartbeat does", e);
    }
  }

  /** Tells L3 that this node lives; returns what it must erase. */
  private List<Erasure> beat() {
    beating.lock(); // or a heartbeat that is slow would take back what a trial reports
    try {
      epochs.tend();
      Report report = report();
      Roster roster = exchange(report);
      if (!roster.isOwner()) {
        epochs.lost();
        return List.of();
      }
      return roster.erasures();
    } finally {
      beating.unlock();
    }
  }

  private Roster exchange(Report report) {
    long sentNanos = time.nanos();
    try {
      Roster roster = membership.beat(l3.nodes(), report);
      if (roster.isOwner()) {
        epochs.heard(roster, report, sentNanos);
      }
      return roster;
    } finally {
      epochs.reported(report);
    }
  }

  /** A turn for the epochs, this node's own and the others'. */
  void tendEpochs() {
    epochs.tend();
    boolean isToBeSynced = epochs.isL3First() && outbox.counts().pending() > 0;
    if (isToBeSynced || epochs.isAdoptionDue()) {
      sync.startSoon();
    }
    if (epochs.isUnsettled() && health.supabase().isClosed()) {
      try {
        beat(); // what it must erase the next heartbeat says again
      } catch (UnavailableException e) {
        LOG.debug("The other nodes' epochs were not heard of; the next heartbeat does", e);
      }
    }
  }

  private void reconcile() {
    try {
      tellRedis(bareL2);
      if (!health.isAlone()) {
        health.notesInDoubt(); // what others write past Redis from here on may be read before it is
      }
    } catch (UnavailableException e) {
      bareL2.probe(false); // if Redis was the reason, its trial has failed
      health.notesInDoubt();
      LOG.warn("Redis is back, but Supabase does not say what was written meanwhile;"
          + " answers are marked as stale until it does: {}", e.getMessage());
    }
  }

  private void offer(L2 redis) {
    health.offerDue(false);
    boolean isDone = false;
    String generation = redis.generation();
    try {
      inParts(outbox.allPending(), part -> {
        redis.heal(part, true);
        // What was synced meanwhile is unsynced for Redis again.
        outbox.settle(part, OutboxRecord.Settlement.OPEN);
      });
      FaultPoint.reach("recovery-after-offer");
      inParts(outbox.allCommitted(), part -> redis.heal(part, false));
      offered = generation;
      health.noteMissing(false);
      isDone = true;
    } finally {
      if (!isDone) {
        health.offerDue(true);
      }
    }
  }

  private static void inParts(List<Write> writes,
      Consumer<List<Write>> work) {
    int from = 0;
    while (from < writes.size()) {
      int to = from;
      long bytes = 0;
      while (to < writes.size() && to - from < TOLD_AT_A_TIME && bytes < BYTES_AT_A_TIME) {
        bytes += writes.get(to++).field().contentBytes();
      }
      work.accept(writes.subList(from, to));
      from = to;
    }
  }

  /**
   * Tells Redis of what was written past it. What is written past it meanwhile, perhaps without
   * end, is left to the next turn, and kept by the outbox until then.
   */
  private void tellRedis(L2 redis) {
    long written = health.notesWritten();
    long start = time.millis();
    long askedNanos;
    List<Write> stale;
    do {
      askedNanos = time.nanos();
      stale = l3.staleInL2(TOLD_AT_A_TIME);
      if (!stale.isEmpty()) {
        inParts(stale, part -> redis.heal(part, false));
        FaultPoint.reach("recovery-after-telling");
        stale.forEach(write -> l1.unknown(write.conversation(), write.key(), write.stamp()));
        l3.toldL2(stale);
      }
    } while (!stale.isEmpty() && !areAllNewerThan(start, stale));
    health.notesTold(written, askedNanos);
  }

  private static boolean areAllNewerThan(long millis, List<Write> writes) {
    return writes.stream().allMatch(write -> write.stamp().millis() > millis);
  }

  /** A turn for Supabase. */
  void tendSupabase() {
    if (health.supabase().isTrialDue() || health.supabase().isBack(l3::probe)) {
      if (health.supabase().tryToClose(call -> l3.probe(), () -> {})) {
        beatSupabase();
        sync.startSoon();
      }
    } else if (health.supabase().isClosed()) {
      beatSupabase();
    }
  }

  private void beatSupabase() {
    try {
      long generations = health.generations();
      String generation = l2.generation();
      carryOut(beat());
      if (health.areOffersAwaited() && membership.haveOthersOfferedTo(generation)) {
        if (health.isRedisUsed()) { // of what those have written who can't reach it
          tellRedis(l2);
        }
        health.generationsOffered(generations);
      }
    } catch (UnavailableException e) {
      LOG.warn("Supabase: {}", e.getMessage());
    }
  }

  /** As far as it goes without holding up the next heartbeat, which names the rest again. */
  private void carryOut(List<Erasure> erasures) {
    long start = time.nanos();
    for (Erasure erasure : erasures) {
      if (time.nanos() - start > ERASING_MAX.toNanos()) {
        return;
      }
      erase.carryOut(erasure);
    }
  }

  private Report report() {
    return new Report(health.mode().toString(), offered(), epochs.own(), epochs.confirmed());
  }

  /** To which generation everything was offered. */
  private String offered() {
    boolean isCutOff = health.redis().state().equals("OPEN"); // no trial is under way
    if (isCutOff && epochs.isDrained()) {
      return Report.NOTHING_UNSYNCED;
    }
    // What L3 must judge first is not offered, and nobody sees it before.
    return health.isOfferDue() || outbox.hasUnjudged() ? "" : offered;
  }

  /** Removes what L3 keeps no longer than it must. */
  void purge() {
    if (health.supabase().isClosed()) {
      try {
        l3.purge();
      } catch (UnavailableException e) {
        LOG.warn("Supabase was not purged; the next turn does it: {}", e.getMessage());
      }
    }
  }
}
