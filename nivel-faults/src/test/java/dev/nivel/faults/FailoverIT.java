package dev.nivel.faults;

import dev.nivel.faults.cluster.Cluster;
import dev.nivel.faults.cluster.RedisKind;
import dev.nivel.faults.plan.Plan;
import dev.nivel.faults.plan.Planner;
import dev.nivel.faults.plan.Promotion;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** One run each in which a master of Redis dies with writes that no replica has heard of. */
class FailoverIT {
  private static final long WRITES = 300;
  @TempDir(cleanup = CleanupMode.ON_SUCCESS) private Path directory;

  private void assertHolds(long seed, RedisKind redis) {
    Plan plan = Planner.failover(seed, redis);
    try (Cluster cluster = Cluster.start(directory.resolve("cluster"), redis)) {
      RunResult result = new Run(cluster, plan, WRITES).execute();
      FailureReport.requireFine(result, cluster.directory(), directory);
      assertThat(result.findings().promotions()).hasSize(1).allMatch(Promotion::hasLost);
    }
  }

  /** I1, I2, I4, I5, I7: Redis loses what it had acknowledged, and Nivel does not. */
  @Test
  void nothingAcknowledgedIsLostWithAMasterOfACluster() {
    assertHolds(4, RedisKind.CLUSTER);
  }

  /** I1, I2, I4, I5, I7. */
  @Test
  void nothingAcknowledgedIsLostWithAMasterThatSentinelsWatch() {
    assertHolds(4, RedisKind.SENTINEL);
  }
}
