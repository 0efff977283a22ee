package dev.nivel.faults;

import dev.nivel.faults.check.Checker;
import dev.nivel.faults.check.FinalState;
import dev.nivel.faults.check.JournalCheck;
import dev.nivel.faults.check.Rule;
import dev.nivel.faults.check.StatusCheck;
import dev.nivel.faults.check.Survival;
import dev.nivel.faults.check.Violation;
import dev.nivel.faults.cluster.Cluster;
import dev.nivel.faults.cluster.Wait;
import dev.nivel.faults.history.History;
import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.load.FirstReads;
import dev.nivel.faults.load.LastWrites;
import dev.nivel.faults.load.Load;
import dev.nivel.faults.load.NodeClient;
import dev.nivel.faults.plan.Injector;
import dev.nivel.faults.plan.Plan;
import dev.nivel.faults.plan.Planned;
import dev.nivel.faults.plan.Promotion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One run.
 *
 * <ol>
 * <li>The servers that the plan wants serve, and its load begins.
 * <li>The plan's faults happen and are healed while the load goes on; every server is waited for
 * until it is in normal mode again and its answers are fresh, and for enough writes. A lost master
 * of Redis is healed when another server has its place; in some runs it comes back later.
 * <li>The load ends; every server is waited for until its journal takes writes. Then every
 * conversation does. All erasures become complete, and all is synced.
 * <li>What PostgreSQL, the servers and one with empty memory hold is compared with the history.
 * </ol>
 */
final class Run {
  private static final Duration LOAD_MAX = Duration.ofSeconds(60);
  private static final Duration AFTER_FAULTS = Duration.ofMillis(400);
  private static final Duration NORMAL_MAX = Duration.ofSeconds(40);
  private static final Duration JOURNAL_MAX = Duration.ofSeconds(5);
  private static final Duration NOTES_MAX = Duration.ofSeconds(20);
  private static final Duration SYNC_MAX = Duration.ofSeconds(30);
  private static final Duration ERASURE_MAX = Duration.ofSeconds(15);
  private static final Duration SYNC_PAUSE = Duration.ofMillis(100);
  private static final int ACCEPTED = 202;

  private final Cluster cluster;
  private final Plan plan;
  private final long writesMin;
  private final History history = new History();
  private final List<Violation> violations = new ArrayList<>();
  private final List<NodeClient> servers;
  private final List<Promotion> promotions = new CopyOnWriteArrayList<>();
  /** Since when all servers are normal after a promotion, perhaps before the old master is back. */
  private volatile long normalAt;

  Run(Cluster cluster, Plan plan, long writesMin) {
    this.cluster = cluster;
    this.plan = plan;
    this.writesMin = writesMin;
    cluster.use(plan.nodes());
    servers = cluster.nodes().stream().map(node -> new NodeClient(node::url)).toList();
  }

  /** Carries it out. */
  RunResult execute() {
    long start = System.nanoTime();
    RunResult.Damage damageBefore = RunResult.Damage.of(cluster);
    awaitNormal();
    List<Breakers> breakersBefore = breakers();
    try (MetricsWatch watch = MetricsWatch.start(servers)) {
      Duration recovery = load();
      awaitNormal();
      awaitJournals();
      writeOnceMore();
      awaitErasures();
      sync();
      Observers observers = new Observers(cluster, plan.load());
      awaitNotes(observers);
      List<FinalState> states = observers.all(servers);
      violations.addAll(observers.violations());
      watch.look();
      violations.addAll(watch.violations());
      if (plan.sparesStores()) {
        checkBreakers(breakersBefore);
      }
      violations.addAll(StatusCheck.check(history.operations(), !plan.faults().isEmpty()));
      violations.addAll(new JournalCheck(plan.nodes().isJournalRequired(), watch.looks())
          .check(history.operations()));
      Checker checker = new Checker(plan.nodes().nodes(),
          new Survival(plan.keepsRedis(), plan.keepsMemory(), plan.keepsJournals()),
          plan.longestFault());
      violations.addAll(checker.check(history.operations(), states));
      return new RunResult(plan, history,
          new RunResult.Findings(violations, checker.exemptions(), checker.lags(),
              RunResult.Damage.of(cluster).since(damageBefore), List.copyOf(promotions)),
          recovery, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /** Returns how long the servers took to be as before, after the last healing. */
  private Duration load() {
    try (FirstReads first = new FirstReads(plan.load(), servers, history);
        Load load = Load.start(plan.load(), servers, history)) {
      long healed = carryOutFaults(
          new Injector(cluster, first::begin, this::awaitNormalAfter));
      cluster.heal();
      awaitNormal();
      Duration recovery = Duration
          .ofNanos((promotions.isEmpty() ? System.nanoTime() : normalAt) - healed);
      Wait.pause(AFTER_FAULTS);
      if (!Wait.until(() -> history.acknowledged() >= writesMin, LOAD_MAX)) {
        violations.add(new Violation(Rule.POISONED, "everything is healed, and only "
            + history.acknowledged() + " of " + writesMin + " writes are acknowledged",
            List.of()));
      }
      load.requireRunning();
      return recovery;
    }
  }

  /** Returns when the last healing began. */
  private long carryOutFaults(Injector injector) {
    AtomicLong healed = new AtomicLong(System.nanoTime());
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (Planned fault : plan.faults()) {
      threads.add(Thread.ofPlatform()
          .name(fault.toString())
          .uncaughtExceptionHandler((thread, failure) -> failures.add(failure))
          .start(() -> healed.accumulateAndGet(injector.carryOut(fault),
              (a, b) -> a - b > 0 ? a : b)));
    }
    threads.forEach(Run::join);
    for (Throwable failure : failures) {
      throw new IllegalStateException("a fault could not be carried out", failure);
    }
    return healed.get();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitNormalAfter(Promotion promotion) {
    awaitNormal();
    normalAt = System.nanoTime();
    promotions.add(promotion);
  }

  private void awaitNormal() {
    for (int node = 0; node < servers.size(); node++) {
      NodeClient server = servers.get(node);
      if (!Wait.until(() -> isNormal(server), NORMAL_MAX)) {
        violate("node " + node + " is not in normal mode, or its answers stay stale: "
            + server.metrics());
      }
    }
  }

  private static boolean isNormal(NodeClient server) {
    return server.metrics().path("mode").stringValue("").equals("normal") && server.answersFresh();
  }

  /** A journal is tried again each second. */
  private void awaitJournals() {
    for (int node = 0; node < servers.size(); node++) {
      NodeClient server = servers.get(node);
      if (!Wait.until(() -> server.metrics().path("journal").path("writable").booleanValue(false),
          JOURNAL_MAX)) {
        violate("the journal of node " + node + " does not take writes again: "
            + server.metrics().path("journal"));
      }
    }
  }

  private void writeOnceMore() {
    for (int node = 0; node < servers.size(); node++) {
      for (Operation refused : new LastWrites(plan.load(), history).execute(servers.get(node),
          node)) {
        violations.add(new Violation(Rule.POISONED, "everything is healed, and it does not succeed",
            List.of(refused)));
      }
    }
  }

  private List<Breakers> breakers() {
    return servers.stream().map(Breakers::of).toList();
  }

  private void checkBreakers(List<Breakers> before) {
    List<Breakers> now = breakers();
    for (int node = 0; node < servers.size(); node++) {
      if (now.get(node).haveOpenedSince(before.get(node))) {
        violations.add(new Violation(Rule.OPENED, "no store failed, and on node " + node + " of "
            + before.get(node) + " became " + now.get(node), List.of()));
      }
    }
  }

  /** Those that were only accepted must be complete some heartbeats later. */
  private void awaitErasures() {
    for (Operation operation : history.operations()) {
      if (operation.call().kind() == Kind.ERASE && operation.reply().status() == ACCEPTED) {
        String path = "/cache/erasures/" + operation.reply().stamps().getFirst();
        if (!Wait.until(() -> !servers.getFirst().json(path).isMissingNode(), ERASURE_MAX)) {
          violate("an erasure does not become complete: " + path);
        }
      }
    }
  }

  /** One server syncs for all, unless Redis has lost what it would have told of the others. */
  private void sync() {
    List<NodeClient> syncing = plan.keepsRedis() ? servers.subList(0, 1) : servers;
    for (NodeClient server : syncing) {
      long end = System.nanoTime() + SYNC_MAX.toNanos();
      String refusal = server.sync();
      while (!refusal.isEmpty() && System.nanoTime() < end) {
        Wait.pause(SYNC_PAUSE);
        refusal = server.sync();
      }
      if (!refusal.isEmpty()) {
        violate("sync does not succeed: " + refusal);
      }
    }
  }

  /** What was written past Redis, acknowledged or not, is told to it each half second. */
  private void awaitNotes(Observers observers) {
    if (!Wait.until(observers::isRedisTold, NOTES_MAX)) {
      violate("Redis is not told what was written past it");
    }
  }

  private void violate(String message) {
    violations.add(new Violation(Rule.DIVERGED, message, List.of()));
  }
}
