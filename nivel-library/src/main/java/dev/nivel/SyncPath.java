package dev.nivel;

import dev.nivel.store.FaultPoint;
import dev.nivel.store.L2;
import dev.nivel.store.NodeRegistry;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Write-behind: brings to L3 what was acknowledged.
 *
 * <ol>
 * <li>The outbox is drained, oldest first, in chunks that grow while there is a backlog
 * (OutboxDrain). L3 stores what is newer than what it holds (I2), so that a chunk may be repeated.
 * <li>Redis learns what is settled; where it holds less, it is healed (ChunkWriter).
 * <li>Unsynced fields in Redis that no living node looks after are adopted by the outbox and
 * drained as well; all of them, whoever wrote them, with a forced sync, and when other nodes are to
 * find everything in L3 ({@link Epochs}).
 * </ol>
 *
 * If L3 fails, the rest stays in the outbox and the next run goes on (I1). A row that L3 refuses
 * for good is quarantined, and its neighbours are stored. One run at a time; a forced one waits for
 * its turn.
 */
final class SyncPath {
  private static final Logger LOG = LoggerFactory.getLogger(SyncPath.class);
  private static final int ADOPTED_AT_A_TIME = 200;
  private static final Duration TURN_WAIT_MAX = Duration.ofSeconds(60);
  /** By how much the clocks of nodes and Redis may differ unnoticed. */
  private static final Duration CLOCK_SLACK = Duration.ofMillis(100);
  private static final Duration RETRY_FIRST = Duration.ofMillis(500);
  private static final Duration RETRY_MAX = Duration.ofSeconds(30);

  /**
   * @param interval the greatest age of an unsynced write of a living node
   * @param batchSize the first chunk
   * @param batchMax the greatest chunk
   */
  record Settings(Duration interval, int batchSize, int batchMax) {
    /** The age at which nobody seems to look after an unsynced write. */
    Duration overdue() {
      return interval.multipliedBy(2);
    }
  }

  private final Settings settings;
  private final L2 l2;
  private final Outbox outbox;
  private final ChunkWriter chunks;
  private final OutboxDrain drain;
  private final Membership membership;
  private final Health health;
  private final SyncMeter meter;
  private final Time time;
  private final Supplier<NodeRegistry> nodes;
  private final Retirement retirement;
  private final Orphans orphans;
  private final Semaphore turn = new Semaphore(1, true);
  /** Of background runs, which one thread makes. */
  private final Backoff backoff;
  private volatile Runnable startSoon = () -> {};
  private volatile Supplier<Optional<Runnable>> adoption = Optional::empty;

  SyncPath(Settings settings, Levels levels, ChunkWriter chunks, Context context) {
    this.settings = settings;
    l2 = levels.l2();
    outbox = levels.outbox();
    this.chunks = chunks;
    drain = new OutboxDrain(outbox, chunks, context);
    membership = context.membership();
    health = context.health();
    meter = context.meters().sync();
    time = context.meters().time();
    nodes = levels.l3()::nodes;
    retirement = new Retirement(l2, membership, time, settings.overdue());
    orphans = new Orphans(membership, settings, time);
    backoff = new Backoff(RETRY_FIRST, RETRY_MAX, context.random());
  }

  /** This node begins to write now, the time of stamps being known. */
  void begin() {
    orphans.begin();
  }

  /** Says in Redis, past its breaker or not, that this node is there. */
  void present(L2 redis) {
    retirement.present(redis);
  }

  /** Names what starts a background run. */
  void onStartSoon(Runnable action) {
    startSoon = action;
  }

  /**
   * Names what tells at the beginning of a background run whether it is to bring to L3 all that
   * Redis holds for unsynced: by what to do when it has.
   */
  void adoptAllFor(Supplier<Optional<Runnable>> whoever) {
    adoption = whoever;
  }

  /** Has a background run begin before its time. */
  void startSoon() {
    startSoon.run();
  }

  /**
   * The background run. Its failures go to the log and the metrics.
   *
   * @return how long to wait until the next: the interval, or less if this one failed
   */
  Duration runInBackground() {
    if (!health.supabase().isClosed() || !turn.tryAcquire()) {
      return settings.interval();
    }
    try {
      SyncReport report = runOnce();
      meter.countRun(report);
      if (report.failed() == 0) {
        backoff.reset();
        return settings.interval();
      }
      LOG.warn("{} fields could not be synced; they stay pending", report.failed());
    } catch (UnavailableException e) {
      meter.countFailedRun();
      LOG.warn("Sync stopped early; the rest stays pending: {}", e.getMessage());
    } finally {
      turn.release();
    }
    Duration retry = backoff.afterFailure();
    return retry.compareTo(settings.interval()) < 0 ? retry : settings.interval();
  }

  private SyncReport runOnce() {
    long start = time.nanos();
    List<Integer> dead = health.isRedisUsed() ? retirement.candidates() : List.of();
    Optional<Runnable> all = adoption.get();
    long adoptionStart = time.nanos(); // after it is known whose, that none is left out
    ChunkWriter.Result own = drain(write -> true);
    boolean isRedisRead = health.isRedisUsed();
    ChunkWriter.Result others = drainAdopted(adoptionStart,
        all.isPresent() ? write -> true : orphans::have);
    settleLeftOver();
    ChunkWriter.Result total = own.plus(others);
    if (isRedisRead && health.isRedisUsed() && total.failed().isEmpty()) {
      all.ifPresent(Runnable::run);
      membership.formerLifeSynced();
      retirement.retire(nodes.get(), dead, elapsedSince(start));
    }
    return report(total, elapsedSince(start));
  }

  /**
   * Brings everything to L3 that was acknowledged before, by any node.
   *
   * @throws UnavailableException if that is not possible now
   */
  SyncReport runForced() {
    return inTurn(Deadline.NONE, start -> {
      ChunkWriter.Result own = drain(write -> true);
      ChunkWriter.Result all = own.plus(drainAdopted(start, write -> true));
      settleLeftOver();
      return all;
    });
  }

  /**
   * Brings everything of one conversation to L3 that was acknowledged before, by any node.
   *
   * @param deadline until when it waits for its turn at most
   * @throws UnavailableException if that is not possible now
   */
  SyncReport runForced(String conversation, Deadline deadline) {
    return inTurn(deadline, start -> {
      Adoption adoption = new Adoption(outbox, l2, write -> true);
      if (health.isRedisUsed()) {
        adoption.adopt(conversation, l2.unsynced(conversation));
      }
      ChunkWriter.Result drained = drain(OutboxIndex.Wanted.of(conversation));
      settle(conversation, deadline);
      adoption.erase();
      return drained;
    });
  }

  /** Work of a forced run, which is told when it began. */
  private interface Run {
    ChunkWriter.Result from(long startNanos);
  }

  private SyncReport inTurn(Deadline deadline, Run run) {
    if (!health.isRedisUsed() && !health.isRedisDispensable()) {
      throw new UnavailableException(
          "what other nodes have not synced is in Redis, which is out");
    }
    long start = time.nanos();
    awaitTurn(deadline);
    try {
      ChunkWriter.Result drained = run.from(start);
      SyncReport report = report(drained, elapsedSince(start));
      meter.countRun(report);
      if (report.failed() > 0) {
        throw new UnavailableException(report.failed() + " fields are not in Supabase yet");
      }
      return report;
    } catch (UnavailableException e) {
      meter.countFailedRun();
      throw e;
    } finally {
      turn.release();
    }
  }

  private void awaitTurn(Deadline deadline) {
    Duration wait = deadline.atMost(TURN_WAIT_MAX);
    try {
      if (!turn.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new UnavailableException("another sync has been running for over "
            + wait.toMillis() + " ms");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("waiting for another sync was interrupted");
    }
  }

  /** Has L3 judge what the journal had kept, as far as that is possible within a time. */
  void judgeReplays(Duration grace) {
    if (!outbox.hasReplays()) {
      return;
    }
    long start = time.nanos();
    try {
      ChunkWriter.Result judged = drain(write -> elapsedSince(start).compareTo(grace) < 0);
      settleLeftOver();
      LOG.info("{} fields from the journal are in Supabase now", judged.synced());
    } catch (UnavailableException e) {
      LOG.warn("Supabase is out; what the journal had kept waits for it: {}", e.getMessage());
    }
  }

  /** Brings to L3 what can be brought within a time, before the process ends. */
  void flush(Duration grace) {
    long start = time.nanos();
    try {
      ChunkWriter.Result flushed = drain(write -> elapsedSince(start).compareTo(grace) < 0);
      settleLeftOver();
      if (flushed.synced() + outbox.counts().pending() > 0) {
        LOG.info("Synced {} fields before the end; {} stay pending", flushed.synced(),
            outbox.counts().pending());
      }
    } catch (UnavailableException e) {
      LOG.warn("Supabase is out at the end; {} fields stay pending in Redis and the journal",
          outbox.counts().pending());
    }
  }

  /**
   * Brings these writes to L3 now.
   *
   * @return how many of them L3 refused for good
   * @throws UnavailableException if that fails: they stay pending
   */
  long commit(List<Write> writes) {
    ChunkWriter.Result result = writes.isEmpty() ? ChunkWriter.Result.NONE : chunks.write(writes);
    if (!result.failed().isEmpty()) {
      throw new UnavailableException("Supabase has not taken the write yet");
    }
    return result.quarantined();
  }

  /**
   * Tells Redis what this node has brought to L3 of a conversation and Redis may not know. A sync
   * may bring more of it there meanwhile.
   *
   * @return whether Redis knows all of it now; false if it does not answer, or the time is over
   */
  boolean settle(String conversation, Deadline deadline) {
    List<Write> unsettled = outbox.unsettled(conversation);
    while (!unsettled.isEmpty() && !deadline.isOver()) {
      chunks.settle(unsettled);
      List<Write> left = outbox.unsettled(conversation);
      if (!Collections.disjoint(left, unsettled)) {
        return false;
      }
      unsettled = left;
    }
    return unsettled.isEmpty();
  }

  private SyncReport report(ChunkWriter.Result drained, Duration elapsed) {
    return new SyncReport(drained.synced(), drained.failed().size(), drained.quarantined(),
        outbox.counts().pending(), drained.batches(), elapsed);
  }

  private ChunkWriter.Result drain(OutboxIndex.Wanted isWanted) {
    ChunkWriter.Result drained = drain.run(new ChunkSize(settings.batchSize(), settings.batchMax()),
        isWanted);
    health.replaysJudged(!outbox.hasReplays());
    return drained;
  }

  private ChunkWriter.Result drainAdopted(long startNanos, Predicate<Write> isWanted) {
    ChunkWriter.Result total = ChunkWriter.Result.NONE;
    boolean mayBeMore = health.isRedisUsed();
    while (mayBeMore) {
      Duration minAge = elapsedSince(startNanos).minus(CLOCK_SLACK);
      Adoption adoption = new Adoption(outbox, l2, isWanted);
      l2.unsynced(minAge, ADOPTED_AT_A_TIME).forEach(adoption::adopt);
      FaultPoint.reach("sync-after-adoption");
      total = adoption.hasAdopted() ? total.plus(drain(write -> true)) : total;
      adoption.erase();
      mayBeMore = adoption.hasChanged();
    }
    return total;
  }

  private void settleLeftOver() {
    for (List<Write> unsettled = outbox.unsettled(settings.batchMax()); !unsettled.isEmpty()
        && health.isRedisUsed(); unsettled = outbox.unsettled(settings.batchMax())) {
      List<Write> before = unsettled;
      chunks.settle(before);
      if (outbox.unsettled(settings.batchMax()).equals(before)) {
        return; // Redis does not answer: the next run tells it
      }
    }
  }

  private Duration elapsedSince(long startNanos) {
    return Duration.ofNanos(time.nanos() - startNanos);
  }
}
