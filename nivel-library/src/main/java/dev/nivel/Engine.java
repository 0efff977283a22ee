package dev.nivel;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.L2;
import dev.nivel.store.L3;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts levels, paths and duties together, starts them and ends them. */
final class Engine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  /** Reads set the clock themselves; this is for the times without. */
  private static final Duration CLOCK_PAUSE = Duration.ofMillis(10);
  /** A machine that starts everything at once may need more than one. */
  private static final int FIRST_ATTEMPTS = 3;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration FLUSH_GRACE = Duration.ofSeconds(20);
  /** How long a start waits until L3 has judged what the journal had kept. */
  private static final Duration REPLAY_GRACE = Duration.ofSeconds(30);
  private static final Duration LEARNING_REST_AT_FIRST = Duration.ofSeconds(5);
  private static final Duration LEARNING_REST = Duration.ofSeconds(30);

  private final NivelConfig config;
  private final Time time;
  private final long startNanos;
  private final NodeIdentity identity;
  private final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
  private final Health health;
  private final Membership membership;
  private final Context context;
  private final CoarseClock coarseClock;
  private final Meters meters;
  private final L2 bareL2;
  private final Levels levels;
  private final Loader loader;
  private final SyncPath sync;
  private final RecoveryPath recovery;
  private final ReadPath reads;
  private final HitPath hits;
  private final WritePath writes;
  private final PreloadPath preloads;
  private final PreloadJobs preloadJobs;
  private final ErasePath erasure;
  private final Retention retention;
  private final QuarantinePath quarantine;
  private final Limits limits;
  private final Housekeeper housekeeper = new Housekeeper();

  /** Makes the stores, which may need the number of this node. */
  interface Stores {
    /** L2. */
    L2 l2(Membership membership);

    /** L3. */
    L3 l3();
  }

  Engine(NivelConfig config, Stores stores, Time time) {
    this.config = config;
    this.time = time;
    startNanos = time.nanos();
    identity = NodeIdentity.of(config.dataDirectory());
    health = new Health(
        new Breaker(breakers, "redis", config.redisBreaker(), time),
        new Breaker(breakers, "supabase", config.supabaseBreaker(), time), time);
    health.redis().substitute(health.supabase()::isClosed);
    membership = new Membership(identity.name(), health);
    bareL2 = stores.l2(membership);
    Time shared = new SharedTime(time, bareL2::clockOffsetMillis);
    coarseClock = new CoarseClock(shared);
    meters = new Meters(shared, health);
    levels = levels(stores.l3());
    bareL2.keepDictionariesIn(levels.l3().dictionaries());
    context = new Context(health, membership,
        new StampClock(shared::millis, membership::number), meters, new UnansweredWrites(time),
        new InFlight(),
        new SplittableRandom(identity.name().hashCode() ^ time.nanos()),
        housekeeper.worker("sync-ahead"), config.requestTimeout());
    loader = new Loader(levels, context, config.supabaseTimeout().multipliedBy(2),
        config.staleIfError());
    ChunkWriter chunks = new ChunkWriter(levels, context);
    sync = new SyncPath(config.sync(), levels, chunks, context);
    quarantine = new QuarantinePath(levels, chunks, context);
    erasure = new ErasePath(levels, context);
    retention = new Retention(config.retention(), levels, erasure, context);
    Epochs epochs = new Epochs(levels, context);
    sync.adoptAllFor(epochs::adoption);
    Paths paths = new Paths(loader,
        new BypassPath(levels, sync, epochs, health),
        new IsolatedPath(levels, health, config.areWritesJournaledWhenIsolated()), sync, erasure,
        epochs);
    recovery = new RecoveryPath(levels,
        new GuardedL2(bareL2, new TrialGuard(health.redis())), context, paths);
    reads = new ReadPath(levels, loader, context);
    hits = new HitPath(levels, meters.l1().hitCounter());
    writes = new WritePath(levels, paths, context);
    preloads = new PreloadPath(levels, context,
        housekeeper.workers("preload-worker", config.preloadWorkers()));
    preloadJobs = new PreloadJobs(preloads, time);
    limits = new Limits(config.valueBytesMax());
  }

  private Levels levels(L3 bareL3) {
    L2 l2 = new GuardedL2(bareL2, new MeteredBreaker(health.redis(), meters.l2(), time));
    WriteGate writeGate = new WriteGate(
        new MeteredBreaker(health.supabase(), meters.l3(), time), time);
    health.supabaseTakesWrites(writeGate::isOpen, writeGate::changedMillis);
    GuardedL3 l3 = new GuardedL3(bareL3, writeGate, config.loadsMax(), config.supabaseTimeout());
    Outbox outbox = new Outbox(config.outboxBytesMax(), time);
    return new Levels(new L1(config.l1(), coarseClock), l2, l3, outbox,
        new Journaling(config.journal(), outbox, time),
        new L1Lease(l2, health, time, coarseClock));
  }

  /** Reads the clocks, and what depends on them. */
  void tick() {
    coarseClock.refresh();
    levels.lease().refresh();
  }

  /**
   * Connects and starts the duties. A store that does not answer is out for the time being.
   *
   * @throws ConfigurationException if only an operator can mend what is wrong with a store
   */
  void start() {
    housekeeper.duty("clock", CLOCK_PAUSE, this::tick).start();
    Housekeeper.Duty redis = housekeeper.duty("redis", Duration.ofMillis(500),
        recovery::tendRedis);
    listen(redis::wake); // before the first connection, which would not be heard otherwise
    replay();
    tryFirst("Redis", health.redis(), () -> bareL2.probe(true));
    tryFirst("Supabase", health.supabase(), levels.l3()::probe);
    sync.begin();
    recovery.tendSupabase();
    sync.judgeReplays(REPLAY_GRACE);
    redis.start();
    startDuties();
  }

  /** What a former life left in the journal; nobody sees it until L3 has judged it. */
  void replay() {
    levels.journaling().replay();
    health.replaysJudged(!levels.outbox().hasReplays());
  }

  private void startDuties() {
    housekeeper.duty("journal", Duration.ofMillis(100), levels.journaling()::turn).start();
    housekeeper.duty("notes", Duration.ofMillis(500), recovery::tendNotes).start();
    housekeeper.duty("supabase", Duration.ofSeconds(1), recovery::tendSupabase).start();
    housekeeper.duty("epochs", Duration.ofMillis(200), recovery::tendEpochs).start();
    Housekeeper.Duty syncing = housekeeper.duty("sync", config.sync().interval(),
        sync::runInBackground);
    sync.onStartSoon(syncing::wake);
    syncing.start();
    housekeeper.duty("quarantine", Duration.ofMinutes(1), quarantine::reconcile).start();
    housekeeper.duty("preload", Duration.ofSeconds(1), preloadJobs::runDue).start();
    housekeeper.duty("meters", Duration.ofMinutes(1), meters::rotate).start();
    housekeeper.duty("purge", Duration.ofHours(1), recovery::purge).start();
    if (config.areDictionariesLearned()) {
      housekeeper.duty("dictionary", LEARNING_REST, this::learn).start();
    }
    if (!config.retention().isZero()) {
      housekeeper.duty("retention", Retention.REST, retention::turn).start();
    }
  }

  /** While a store is out, nothing new is learned. Says how long to rest. */
  private Duration learn() {
    try {
      if (health.redis().isClosed() && health.supabase().isClosed()) {
        bareL2.learn();
      }
    } catch (UnavailableException e) {
      LOG.debug("Nothing was learned about compression now", e);
    }
    return bareL2.compression().learning().dictionary().isEmpty() ? LEARNING_REST_AT_FIRST
        : LEARNING_REST;
  }

  /** Has L1 hear of changes in L2. */
  void listen(Runnable wakeRedisDuty) {
    bareL2.listen(new ChangeListener(levels, context, recovery, wakeRedisDuty));
  }

  private static void tryFirst(String store, Breaker breaker, Runnable probe) {
    for (int attempt = 1;; attempt++) {
      try {
        probe.run();
        return;
      } catch (UnavailableException e) {
        if (attempt == FIRST_ATTEMPTS) {
          LOG.error("{} does not answer; starting without it: {}", store, e.getMessage());
          breaker.open(e.getMessage());
          return;
        }
        LockSupport.parkNanos(FIRST_PAUSE.toNanos());
      }
    }
  }

  ReadPath reads() {
    return reads;
  }

  HitPath hits() {
    return hits;
  }

  WritePath writes() {
    return writes;
  }

  PreloadPath preloads() {
    return preloads;
  }

  PreloadJobs preloadJobs() {
    return preloadJobs;
  }

  SyncPath sync() {
    return sync;
  }

  ErasePath erasure() {
    return erasure;
  }

  Retention retention() {
    return retention;
  }

  QuarantinePath quarantine() {
    return quarantine;
  }

  Limits limits() {
    return limits;
  }

  Levels levels() {
    return levels;
  }

  Loader loader() {
    return loader;
  }

  RecoveryPath recovery() {
    return recovery;
  }

  CoarseClock coarseClock() {
    return coarseClock;
  }

  Health health() {
    return health;
  }

  Membership membership() {
    return membership;
  }

  CircuitBreakerRegistry breakers() {
    return breakers;
  }

  Metrics metrics() {
    Occupancy.Counts l1 = levels.l1().counts();
    Ledger.Counts outbox = levels.outbox().counts();
    SyncMeter.Counts syncs = meters.sync().counts();
    return new Metrics(Duration.ofNanos(time.nanos() - startNanos), meters.l1().counts(),
        new Metrics.L1Size(l1.conversations(), l1.conversationsMax(), l1.bytes(), l1.evictions(),
            l1.expirations()),
        meters.l2().counts(), bareL2.usedMemoryBytes(), meters.l3().counts(), meters.reads(),
        new Metrics.WriteMetrics(outbox.acknowledged(), outbox.replayed(), outbox.adopted(),
            outbox.synced(), outbox.coalesced(), outbox.pending(), outbox.quarantined(),
            meters.refusedWrites()),
        bareL2.compression(), outbox.bytes(),
        new Metrics.SyncMetrics(config.sync().interval(), config.sync().batchSize(),
            syncs.runs(), syncs.runsPerHour(), syncs.synced(), syncs.failed(),
            syncs.quarantined(), outbox.oldestPending(), syncs.lastRun()),
        health.redis().counts(), health.supabase().counts(), meters.l3().loads(),
        health.modeCounts(),
        bareL2.corruptCount(), levels.journaling().counts());
  }

  /** Lets another engine take this node's place. */
  void giveUpIdentity() {
    identity.close();
  }

  /** Ends: brings to L3 what fits in a grace period, and closes the stores. */
  @Override
  public void close() {
    housekeeper.close();
    levels.lease().end();
    sync.flush(FLUSH_GRACE);
    levels.outbox().forgetSettled();
    levels.journaling().close();
    if (levels.outbox().counts().pending() == 0) { // else it has not ended in order
      membership.leave(levels.l3().nodes());
    }
    levels.l2().close();
    levels.l3().close();
    identity.close();
  }
}
