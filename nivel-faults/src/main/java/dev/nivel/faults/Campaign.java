package dev.nivel.faults;

import dev.nivel.faults.cluster.Cluster;
import dev.nivel.faults.cluster.SmallDisk;
import dev.nivel.faults.plan.FaultKind;
import dev.nivel.faults.plan.Plan;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs, one after another. The cluster goes on from run to run, with fresh conversations, until a
 * run fails: the next one gets a new cluster. For use by one thread.
 */
final class Campaign implements AutoCloseable {
  private final Options options;
  private final PrintStream out;
  private final Totals totals = new Totals();
  private final List<RunResult> failures = new ArrayList<>();
  private @Nullable Cluster cluster;
  private int clusters;

  Campaign(Options options, PrintStream out) {
    this.out = out;
    this.options = possible(options, out);
  }

  /** Where no disk can be mounted, plans are without full ones, and whoever reads on is told. */
  private static Options possible(Options wanted, PrintStream out) {
    boolean wantsFull = wanted.shape() == Options.Shape.MIXED
        && wanted.kinds().contains(FaultKind.DISK_FULL);
    Optional<String> refusal = wantsFull ? SmallDisk.refusal()
        : Optional.empty();
    if (refusal.isEmpty()) {
      return wanted;
    }
    out.println("No run has a full disk, because none can be mounted: " + refusal.get());
    Options left = wanted.without(FaultKind.DISK_FULL);
    if (left.kinds().isEmpty()) {
      throw new IllegalStateException("nothing else was to be tried");
    }
    return left;
  }

  /** Carries all out; returns what came of them. */
  Totals execute() {
    for (int i = 0; i < options.runs() && !isEnough(); i++) {
      long seed = options.seed() + i;
      try {
        run(i + 1, options.plan(seed, totals.swaps()));
      } catch (RuntimeException e) { // the next one gets a new cluster
        out.println("run " + (i + 1) + " seed " + seed + " BROKEN: " + e
            + (e.getCause() == null ? "" : ": " + e.getCause()));
        broken(seed, e);
      }
    }
    return totals;
  }

  private void broken(long seed, RuntimeException failure) {
    totals.addBroken();
    @Nullable Cluster used = cluster;
    try {
      if (used != null) {
        report().keepBroken(seed, failure, used.directory()).forEach(out::println);
      }
      endCluster();
    } catch (RuntimeException e) {
      out.println("and its cluster does not end in order: " + e);
    }
  }

  private FailureReport report() {
    return new FailureReport(options.directory().resolve("failures"));
  }

  private boolean isEnough() {
    return options.swaps() > 0 && totals.swaps() >= options.swaps();
  }

  private void run(int number, Plan plan) {
    Cluster used = cluster();
    RunResult result = new Run(used, plan, options.writes()).execute();
    totals.add(result);
    boolean isFine = result.violations().isEmpty();
    out.printf("run %d seed %d %s: %s%n", number, plan.seed(), result.describe(),
        isFine ? "ok" : "FAILED " + FailureReport.summary(result.violations()));
    if (!isFine) {
      failures.add(result);
      report().keep(result, used.directory()).forEach(out::println);
      endCluster();
    }
  }

  private Cluster cluster() {
    @Nullable Cluster present = cluster;
    if (present == null) {
      Path directory = options.directory().resolve("cluster-" + ++clusters);
      present = Cluster.start(directory, options.shape().redis(), options.way());
      cluster = present;
    }
    return present;
  }

  /** What failed. */
  List<RunResult> failures() {
    return failures;
  }

  private void endCluster() {
    @Nullable Cluster present = cluster;
    cluster = null;
    if (present != null) {
      present.close();
    }
  }

  /** Ends the cluster; the next run would begin with a new one. */
  @Override
  public void close() {
    endCluster();
  }
}
