package dev.nivel.faults;

import dev.nivel.faults.cluster.Cluster;
import dev.nivel.faults.plan.Plan;
import dev.nivel.faults.plan.Planner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The short set of runs in which single servers lose a store, or all that they know is old. */
class SeveralServersIT {
  private static final long WRITES = 500;
  private static final Duration PAUSE = Duration.ofSeconds(6);
  @TempDir(cleanup = CleanupMode.ON_SUCCESS) private static Path directory;
  private static @Nullable Cluster running;

  @BeforeAll
  static void start() {
    running = Cluster.start(directory.resolve("cluster"));
  }

  @AfterAll
  static void end() {
    Objects.requireNonNull(running).close();
  }

  private static RunResult assertHolds(Plan plan) {
    Cluster cluster = Objects.requireNonNull(running);
    RunResult result = new Run(cluster, plan, WRITES).execute();
    FailureReport.requireFine(result, cluster.directory(), directory);
    return result;
  }

  /** I2, I3, I4, I7: its line to Redis is cut. */
  @Test
  void threeKeepTheirPromisesWhileOneOfThemIsCutOffFromRedis() {
    assertHolds(Planner.partition(10, PAUSE));
  }

  /** I2, I4, I7: nobody knows whether it is alive. */
  @Test
  void threeKeepTheirPromisesWhileOneOfThemIsCutOffFromRedisAndFrozen() {
    assertHolds(Planner.partition(12, PAUSE));
  }

  /** I4: the first answer after the pause says that it is stale, or is not. */
  @Test
  void oneOfThreeServesNothingStaleAsFreshWhenItWakes() {
    Plan plan = Planner.partition(19, PAUSE);
    assertThat(plan.faults()).extracting(fault -> fault.lasting()).containsExactly(PAUSE);
    assertHolds(plan);
  }

  /** I6. */
  @Test
  void oneReturnsNothingOfAnotherConversationThoughRepliesChangePlaces() {
    assertThat(assertHolds(Planner.swaps(1, 100)).findings().damage().swaps())
        .isGreaterThanOrEqualTo(100);
  }
}
