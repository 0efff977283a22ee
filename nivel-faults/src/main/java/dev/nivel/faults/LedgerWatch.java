package dev.nivel.faults;

import dev.nivel.faults.check.Ledger;
import dev.nivel.faults.check.Rule;
import dev.nivel.faults.check.Violation;
import dev.nivel.faults.cluster.Wait;
import dev.nivel.faults.load.NodeClient;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import tools.jackson.databind.JsonNode;

/** Looks at the ledgers of all servers while they work: they are even at any moment (I11). */
final class LedgerWatch implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final List<NodeClient> servers;
  private final Queue<Violation> violations = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean isOver;

  private LedgerWatch(List<NodeClient> servers) {
    this.servers = servers;
    thread = Thread.ofPlatform().name("ledger-watch").unstarted(this::watch);
  }

  static LedgerWatch start(List<NodeClient> servers) {
    LedgerWatch watch = new LedgerWatch(servers);
    watch.thread.start();
    return watch;
  }

  private void watch() {
    while (!isOver) {
      look();
      Wait.pause(PAUSE);
    }
  }

  /** Looks once. */
  void look() {
    for (int node = 0; node < servers.size(); node++) {
      String name = "node " + node;
      JsonNode metrics = servers.get(node).metrics();
      if (!metrics.isMissingNode()) {
        Ledger.of(metrics)
            .fault()
            .ifPresent(fault -> violations
                .add(new Violation(Rule.UNEVEN, name + ": " + fault, List.of())));
      }
    }
  }

  /** What was wrong. */
  List<Violation> violations() {
    return List.copyOf(violations);
  }

  @Override
  public void close() {
    isOver = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
