package dev.nivel;

import dev.nivel.store.FaultPoint;
import dev.nivel.store.Field;
import dev.nivel.store.L2;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Write-behind: brings to L3 what was acknowledged.
 *
 * <ol>
 * <li>The outbox is drained, oldest first, in chunks that grow while there is a backlog. L3 stores
 * what is newer than what it holds (I2), so that a chunk may be repeated.
 * <li>Redis learns what is settled; where it holds less, it is healed (ChunkWriter).
 * <li>Unsynced fields in Redis that no living node looks after are adopted by the outbox and
 * drained as well; with a forced sync all of them, whoever wrote them.
 * </ol>
 *
 * If L3 fails, the rest stays in the outbox and the next run goes on (I1). A row that L3 refuses
 * for good is quarantined, and its neighbours are stored. One run at a time; a forced one waits for
 * its turn.
 */
final class SyncPath {
  private static final Logger LOG = LoggerFactory.getLogger(SyncPath.class);
  private static final int ADOPTED_AT_A_TIME = 1_000;
  private static final Duration TURN_WAIT_MAX = Duration.ofSeconds(60);
  /** By how much the clocks of nodes and Redis may differ unnoticed. */
  private static final Duration CLOCK_SLACK = Duration.ofMillis(100);

  /**
   * @param interval the greatest age of an unsynced write of a living node
   * @param batchSize the first chunk
   * @param batchMax the greatest chunk
   */
  record Settings(Duration interval, int batchSize, int batchMax) {}

  private final Settings settings;
  private final L2 l2;
  private final Outbox outbox;
  private final ChunkWriter chunks;
  private final Membership membership;
  private final Health health;
  private final SyncMeter meter;
  private final Time time;
  private final long startMillis;
  private final Semaphore turn = new Semaphore(1, true);
  private volatile Runnable startSoon = () -> {};

  SyncPath(Settings settings, Levels levels, ChunkWriter chunks, Context context) {
    this.settings = settings;
    l2 = levels.l2();
    outbox = levels.outbox();
    this.chunks = chunks;
    membership = context.membership();
    health = context.health();
    meter = context.meters().sync();
    time = context.meters().time();
    startMillis = time.millis();
  }

  /** Names what starts a background run. */
  void onStartSoon(Runnable action) {
    startSoon = action;
  }

  /** Has a background run begin before its time. */
  void startSoon() {
    startSoon.run();
  }

  /** The background run. Its failures go to the log and the metrics. */
  void runInBackground() {
    if (!health.supabase().isClosed() || !turn.tryAcquire()) {
      return;
    }
    try {
      long start = time.nanos();
      Drained own = drain(write -> true);
      Drained adopted = drainAdopted(start, this::isOrphaned);
      settleLeftOver();
      meter.countRun(own.plus(adopted).report(outbox, elapsedSince(start)));
    } catch (UnavailableException e) {
      meter.countFailedRun();
      LOG.warn("Sync stopped early; the rest stays pending: {}", e.getMessage());
    } finally {
      turn.release();
    }
  }

  /**
   * Brings everything to L3 that was acknowledged before, by any node.
   *
   * @throws UnavailableException if that is not possible now
   */
  SyncReport runForced() {
    return inTurn(start -> {
      Drained own = drain(write -> true);
      return own.plus(drainAdopted(start, write -> true));
    });
  }

  /**
   * Brings everything of one conversation to L3 that was acknowledged before, by any node.
   *
   * @throws UnavailableException if that is not possible now
   */
  SyncReport runForced(String conversation) {
    return inTurn(start -> {
      if (health.isRedisUsed()) {
        l2.unsynced(conversation).forEach(field -> outbox.adopt(new Write(conversation, field)));
      }
      return drain(write -> write.conversation().equals(conversation));
    });
  }

  /** Work of a forced run, which is told when it began. */
  private interface Run {
    Drained from(long startNanos);
  }

  private SyncReport inTurn(Run run) {
    if (!health.isRedisUsed() && !health.isAlone()) {
      throw new UnavailableException(
          "what other nodes have not synced is in Redis, which is out");
    }
    long start = time.nanos();
    awaitTurn();
    try {
      Drained drained = run.from(start);
      settleLeftOver();
      SyncReport report = drained.report(outbox, elapsedSince(start));
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

  private void awaitTurn() {
    try {
      if (!turn.tryAcquire(TURN_WAIT_MAX.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new UnavailableException("another sync has been running for over "
            + TURN_WAIT_MAX.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("waiting for another sync was interrupted");
    }
  }

  /** Brings to L3 what can be brought within a time, before the process ends. */
  void flush(Duration grace) {
    long start = time.nanos();
    try {
      Drained flushed = drain(write -> elapsedSince(start).compareTo(grace) < 0);
      LOG.info("Synced {} fields before the end; {} stay pending", flushed.result().synced(),
          outbox.counts().pending());
    } catch (UnavailableException e) {
      LOG.warn("Supabase is out at the end; {} fields stay pending in Redis",
          outbox.counts().pending());
    }
  }

  /**
   * Brings these writes to L3 now.
   *
   * @throws UnavailableException if that fails: they stay pending
   */
  void commit(List<Write> writes) {
    if (!writes.isEmpty() && !chunks.write(writes).failed().isEmpty()) {
      throw new UnavailableException("Supabase has not taken the write yet");
    }
  }

  /** What a run has done so far. */
  private record Drained(ChunkWriter.Result result) {
    Drained plus(Drained other) {
      return new Drained(result.plus(other.result));
    }

    SyncReport report(Outbox outbox, Duration elapsed) {
      return new SyncReport(result.synced(), result.failed().size(), result.quarantined(),
          outbox.counts().pending(), result.batches(), elapsed);
    }
  }

  private Drained drain(Predicate<Write> isWanted) {
    long mark = outbox.mark(); // what is written meanwhile is left to the next run
    ChunkSize size = new ChunkSize(settings.batchSize(), settings.batchMax());
    ChunkWriter.Result total = ChunkWriter.Result.NONE;
    Set<Write> failed = new HashSet<>();
    while (true) {
      List<Write> chunk = outbox.pending(size.next(), mark,
          write -> isWanted.test(write) && !failed.contains(write));
      if (chunk.isEmpty()) {
        return new Drained(total);
      }
      ChunkWriter.Result result = chunks.write(chunk);
      failed.addAll(result.failed());
      size.adapt(result.failed().isEmpty());
      total = total.plus(result);
    }
  }

  private Drained drainAdopted(long startNanos, Predicate<Write> isWanted) {
    Drained total = new Drained(ChunkWriter.Result.NONE);
    boolean isAnyAdopted = health.isRedisUsed();
    while (isAnyAdopted) {
      isAnyAdopted = false;
      Duration minAge = elapsedSince(startNanos).minus(CLOCK_SLACK);
      Map<String, List<Field>> unsynced = l2.unsynced(minAge, ADOPTED_AT_A_TIME);
      for (Map.Entry<String, List<Field>> fields : unsynced.entrySet()) {
        for (Field field : fields.getValue()) {
          Write write = new Write(fields.getKey(), field);
          isAnyAdopted |= isWanted.test(write) && outbox.adopt(write);
        }
      }
      FaultPoint.reach("sync-after-adoption");
      total = isAnyAdopted ? total.plus(drain(write -> true)) : total;
    }
    return total;
  }

  /** Whether no living node looks after a field that Redis holds for unsynced. */
  private boolean isOrphaned(Write write) {
    int node = write.stamp().node();
    Duration age = Duration.ofMillis(time.millis() - write.stamp().millis());
    if (node == membership.number()) { // of this node's former life
      return write.stamp().millis() < startMillis;
    }
    return membership.isDead(node) && age.compareTo(settings.interval().multipliedBy(2)) > 0;
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
