package dev.nivel.faults.outage;

import dev.nivel.faults.cluster.Cluster;
import dev.nivel.faults.cluster.NodeSettings;
import dev.nivel.faults.cluster.Wait;
import dev.nivel.faults.load.NodeClient;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One server under a steady load while Redis is out in one way after another; prints a table of
 * what callers saw. The server has the defaults.
 */
public final class OutageTrial {
  private static final Duration BEFORE = Duration.ofSeconds(5);
  private static final Duration NORMAL_MAX = Duration.ofSeconds(60);
  /** The defaults, in place of the short times of the fault runs. */
  private static final Map<String, String> ENVIRONMENT = Map.of("CIRCUIT_BREAKER_TIMEOUT", "30",
      "SUPABASE_TIMEOUT_MS", "5000");
  private static final Duration WARM_UP = Duration.ofSeconds(15);
  private static final NodeSettings SETTINGS = new NodeSettings(1, 100, 3_600, 300, false);

  private final Path directory;
  private final PrintStream out;
  private final Duration lasting;
  private final int perSecond;

  /**
   * A trial.
   *
   * @param directory where the servers keep their files
   * @param lasting how long each outage is
   * @param perSecond how many requests there are
   */
  public OutageTrial(Path directory, PrintStream out, Duration lasting, int perSecond) {
    this.directory = directory;
    this.out = out;
    this.lasting = lasting;
    this.perSecond = perSecond;
  }

  /** Carries it out; returns how many outages were not as promised. */
  public long execute(List<Outage> outages) {
    out.printf("%d requests/s, each outage %d s, after an outage of %d s that does not count%n%n",
        perSecond, lasting.toSeconds(), WARM_UP.toSeconds());
    out.println(OutageReport.HEAD);
    List<OutageReport> reports = new ArrayList<>();
    Cluster cluster = Cluster.start(directory);
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::close)); // however this ends
    cluster.use(SETTINGS, ENVIRONMENT);
    undergo(cluster, Outage.KILLED, "warm-up", WARM_UP); // the JVM compiles what it runs often
    for (Outage outage : outages) {
      OutageReport report = undergo(cluster, outage, outage.toString(), lasting);
      out.println(report.row());
      reports.add(report);
    }
    explain(reports);
    return reports.stream().filter(report -> !report.isAsPromised()).count();
  }

  private void explain(List<OutageReport> reports) {
    out.println();
    for (OutageReport report : reports) {
      List<String> reasons = report.reasons();
      out.println(
          report.outage() + (reasons.isEmpty() ? ": nothing failed, nothing was late" : ":"));
      reasons.forEach(reason -> out.println("  " + reason));
    }
  }

  private OutageReport undergo(Cluster cluster, Outage outage, String prefix, Duration time) {
    NodeClient server = new NodeClient(cluster.nodes().getFirst()::url);
    awaitNormal(server);
    try (SteadyLoad load = SteadyLoad.start(cluster.nodes().getFirst().url(),
        prefix, perSecond)) {
      Wait.pause(BEFORE);
      long begun = System.nanoTime();
      outage.happen(cluster, time);
      long healed = System.nanoTime();
      cluster.heal();
      boolean isNormal = awaitNormal(server);
      Duration recovery = Duration.ofNanos(System.nanoTime() - healed);
      Wait.pause(BEFORE);
      return new OutageReport(outage, load.samples(), begun, healed,
          isNormal ? recovery : NORMAL_MAX);
    }
  }

  private static boolean awaitNormal(NodeClient server) {
    return Wait.until(() -> server.metrics().path("mode").stringValue("").equals("normal"),
        NORMAL_MAX);
  }
}
