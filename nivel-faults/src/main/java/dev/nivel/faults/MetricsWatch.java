package dev.nivel.faults;

import dev.nivel.faults.check.Ledger;
import dev.nivel.faults.check.Rule;
import dev.nivel.faults.check.Violation;
import dev.nivel.faults.cluster.Wait;
import dev.nivel.faults.history.JournalLook;
import dev.nivel.faults.load.NodeClient;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import tools.jackson.databind.JsonNode;

/**
 * Looks at the metrics of all servers while they work: ledgers are even at any moment (I11), and
 * what is said of the journals is to be compared with what acknowledgements claim.
 */
final class MetricsWatch implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final List<NodeClient> servers;
  private final Queue<Violation> violations = new ConcurrentLinkedQueue<>();
  private final Queue<JournalLook> looks = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean isOver;

  private MetricsWatch(List<NodeClient> servers) {
    this.servers = servers;
    thread = Thread.ofPlatform().name("metrics-watch").unstarted(this::watch);
  }

  static MetricsWatch start(List<NodeClient> servers) {
    MetricsWatch watch = new MetricsWatch(servers);
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
      long asked = System.nanoTime();
      JsonNode metrics = servers.get(node).metrics();
      if (!metrics.isMissingNode()) {
        looks.add(JournalLook.of(metrics, node, asked, System.nanoTime()));
        look(node, metrics);
      }
    }
  }

  private void look(int node, JsonNode metrics) {
    Ledger.of(metrics)
        .fault()
        .ifPresent(fault -> violations
            .add(new Violation(Rule.UNEVEN, "node " + node + ": " + fault, List.of())));
  }

  /** What was wrong. */
  List<Violation> violations() {
    return List.copyOf(violations);
  }

  /** What was said of the journals, in the order of time. */
  List<JournalLook> looks() {
    return List.copyOf(looks);
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
