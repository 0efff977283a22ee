package dev.nivel.faults;

import dev.nivel.faults.Options.Shape;
import dev.nivel.faults.cluster.RedisKind;
import dev.nivel.faults.cluster.SupabaseWay;
import dev.nivel.faults.plan.FaultKind;
import dev.nivel.faults.plan.Planner;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OptionsTest {
  private static final Path DIRECTORY = Path.of("somewhere");

  private static Options parse(String... arguments) {
    return Options.parse(List.of(arguments), DIRECTORY);
  }

  @Test
  void areRunsWithAnyFaultsUnlessOthersAreWanted() {
    assertThat(parse())
        .isEqualTo(Options.mixed(20, 1, FaultKind.ofSingleRedis(), DIRECTORY));
    assertThat(parse("--runs", "3", "--seed", "7", "--only", "redis-cut"))
        .isEqualTo(Options.mixed(3, 7, List.of(FaultKind.REDIS_CUT), DIRECTORY));
    assertThat(parse("--only", "none").kinds()).isEmpty();
  }

  @Test
  void areRunsOfPartitionsOrSwapsIfThoseAreWanted() {
    Options partition = parse("--partition", "--runs", "2", "--seed", "5");
    assertThat(partition.shape()).isEqualTo(Shape.PARTITION);
    assertThat(partition.plan(5, 0).nodes().nodes()).isEqualTo(3);
    Options swaps = parse("--swaps", "1200");
    assertThat(swaps.shape()).isEqualTo(Shape.SWAPS);
    assertThat(swaps.plan(1, 0).faults().getFirst().amount()).isEqualTo(1_000);
    assertThat(swaps.plan(2, 1_001).faults().getFirst().amount()).isEqualTo(199);
  }

  @Test
  void areRunsOfFailoversIfThoseAreWanted() {
    Options cluster = parse("--failover", "cluster", "--runs", "2", "--seed", "5");
    assertThat(cluster.shape()).isEqualTo(Shape.CLUSTER_FAILOVER);
    assertThat(cluster.shape().redis()).isEqualTo(RedisKind.CLUSTER);
    assertThat(cluster.plan(5, 0)).isEqualTo(Planner.failover(5, RedisKind.CLUSTER));
    assertThat(parse("--failover", "sentinel").shape().redis()).isEqualTo(RedisKind.SENTINEL);
    assertThat(parse().shape().redis()).isEqualTo(RedisKind.SINGLE);
  }

  @Test
  void areRunsOverRestIfThatIsWanted() {
    Options rest = parse("--rest", "--runs", "3");
    assertThat(rest.way()).isEqualTo(SupabaseWay.REST);
    assertThat(rest.kinds()).containsAll(FaultKind.ofSingleRedis())
        .contains(FaultKind.REST_LOSE_REPLY);
    assertThat(parse("--partition", "--rest").way()).isEqualTo(SupabaseWay.REST);
    assertThat(parse("--rest", "--only", "rest-kill").kinds())
        .containsExactly(FaultKind.REST_KILL);
    assertThat(parse().way()).isEqualTo(SupabaseWay.DATABASE);
  }

  @Test
  void nameSabotages() {
    assertThat(parse("--sabotage").names()).isEmpty();
    assertThat(parse("--sabotage", "a,b").names()).containsExactly("a", "b");
    assertThat(parse("--sabotage").shape()).isEqualTo(Shape.SABOTAGE);
  }

  @Test
  void areRefusedIfTheyAreNotAllowed() {
    for (List<String> wrong : List.of(List.of("--runs"), List.of("--depth", "1"),
        List.of("--only", "nothing"), List.of("--partition", "--only", "redis-cut"),
        List.of("--failover", "twins"), List.of("--failover"), List.of("--only", "master-kill"),
        List.of("--only", "rest-kill"), List.of("--sabotage", "a", "--rest"),
        List.of("--failover", "cluster", "--only", "redis-cut"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Options.parse(wrong, DIRECTORY));
    }
  }
}
