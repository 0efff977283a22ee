package dev.nivel.faults.plan;

import dev.nivel.faults.cluster.RedisKind;
import dev.nivel.faults.cluster.SupabaseWay;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PlannerTest {
  private static final List<FaultKind> ALL = FaultKind.ofSingleRedis();

  private static List<Plan> plans() {
    return LongStream.range(0, 1_000).mapToObj(seed -> Planner.plan(seed, ALL)).toList();
  }

  @Test
  void makesTheSamePlanOfTheSameSeed() {
    assertThat(plans()).isEqualTo(plans()).doesNotHaveDuplicates();
  }

  @Test
  void makesPlansOfEveryKindOfFault() {
    Set<FaultKind> kinds = plans().stream()
        .flatMap(plan -> plan.faults().stream())
        .map(Planned::kind)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(FaultKind.class)));
    assertThat(kinds).containsExactlyElementsOf(ALL);
  }

  @Test
  void makesPairsAndSingleFaultsAndFewOfMore() {
    assertThat(plans()).extracting(plan -> plan.faults().size())
        .contains(1, 2, 3)
        .allSatisfy(size -> assertThat(size).isBetween(1, 4));
  }

  @Test
  void keepsToTheKindsThatAreAllowed() {
    Plan plan = Planner.plan(1, List.of(FaultKind.REDIS_CUT));
    assertThat(plan.faults()).extracting(Planned::kind).containsExactly(FaultKind.REDIS_CUT);
    assertThat(Planner.plan(1, List.of()).faults()).isEmpty();
  }

  /** Without a journal these two together lose data, as they may. */
  @Test
  void neverTakesBothCopiesOfUnsyncedWrites() {
    assertThat(plans()).allSatisfy(plan -> {
      List<FaultKind> kinds = plan.faults().stream().map(Planned::kind).toList();
      boolean losesRedis = kinds.stream().anyMatch(FaultKind::losesRedis);
      boolean endsNivel = kinds.stream().anyMatch(FaultKind::endsNivel);
      assertThat(losesRedis && endsNivel && !Planner.HAS_JOURNAL).isFalse();
    });
  }

  @Test
  void losesRedisAndTheVeryServerWhoseDiskIsFull() {
    assertThat(plans()).anySatisfy(plan -> {
      assertThat(plan.faults()).extracting(Planned::kind)
          .contains(FaultKind.DISK_FULL, FaultKind.REDIS_EMPTY, FaultKind.NIVEL_KILL);
      assertThat(plan.faults()).filteredOn(fault -> fault.node() >= 0)
          .extracting(Planned::node)
          .containsOnly(1);
    });
  }

  @Test
  void fillsDisksWithAndWithoutARequiredJournal() {
    assertThat(plans()).filteredOn(plan -> !plan.keepsJournals())
        .extracting(plan -> plan.nodes().isJournalRequired())
        .contains(true, false);
  }

  @Test
  void hasClocksJumpToAndFroForAMoment() {
    List<Planned> jumps = plans().stream()
        .flatMap(plan -> plan.faults().stream())
        .filter(fault -> fault.kind() == FaultKind.CLOCK_JUMP)
        .toList();
    assertThat(jumps).extracting(Planned::amount)
        .contains(-3_600_000L, -1_000L, 1_000L, 70_000L, 3_600_000L);
    assertThat(jumps).allSatisfy(jump -> {
      assertThat(jump.node()).isNotNegative();
      assertThat(jump.lasting()).isLessThan(Duration.ofSeconds(1));
    });
  }

  @Test
  void hasPlansForOneTwoAndThreeServersWithFaultsOfEachOne() {
    assertThat(plans()).extracting(plan -> plan.nodes().nodes()).contains(1, 2, 3);
    assertThat(plans()).filteredOn(plan -> plan.nodes().nodes() == 3)
        .flatExtracting(Plan::faults)
        .extracting(Planned::node)
        .contains(-1, 0, 1, 2);
    assertThat(plans()).flatExtracting(Plan::faults)
        .extracting(Planned::lasting)
        .anySatisfy(lasting -> assertThat(lasting).isGreaterThan(Duration.ofSeconds(4)));
  }

  /** A fault that was found under a seed is tried again under it. */
  @Test
  void leavesTheFirstPlansOfOneAndTwoServersAsTheyWere() {
    assertThat(Planner.plan(20, ALL).describe()).isEqualTo(
        "1 node, l1=5 ttl=2 sync=2, redis-empty@661+655");
    assertThat(Planner.plan(31, ALL).describe()).isEqualTo(
        "2 nodes, l1=5 ttl=2 sync=2, disk-full#0@570+1173");
  }

  /** A breaker that opens then is a defect, however slow the machine is. */
  @Test
  void givesCallsOfStoresMuchTimeWhereNoStoreIsHit() {
    assertThat(plans()).allSatisfy(
        plan -> assertThat(plan.nodes().isPatient()).isEqualTo(plan.sparesStores()));
    assertThat(Planner.plan(10, List.of()).nodes().isPatient()).isTrue();
  }

  @Test
  void hasFaultsOfPostgrestOnlyWhereThereIsOne() {
    List<FaultKind> kinds = FaultKind.of(SupabaseWay.REST);
    List<Planned> faults = LongStream.range(0, 1_000)
        .mapToObj(seed -> Planner.plan(seed, kinds))
        .flatMap(plan -> plan.faults().stream())
        .toList();
    assertThat(faults).extracting(Planned::kind)
        .contains(FaultKind.REST_KILL, FaultKind.REST_FREEZE, FaultKind.REST_LOSE_REPLY);
    assertThat(faults).filteredOn(fault -> fault.kind() == FaultKind.REST_LOSE_REPLY)
        .allSatisfy(fault -> assertThat(fault.amount()).isPositive());
    assertThat(ALL).doesNotContain(FaultKind.REST_KILL);
  }

  @Test
  void makesPartitionsOfThreeServersOfEveryKind() {
    List<Plan> plans = LongStream.range(0, 40)
        .mapToObj(seed -> Planner.partition(seed, Duration.ofMinutes(1)))
        .toList();
    assertThat(plans).allSatisfy(plan -> {
      assertThat(plan.nodes().nodes()).isEqualTo(3);
      assertThat(plan.load().isContended()).isTrue();
      assertThat(plan.keepsRedis()).isTrue();
    });
    assertThat(plans).flatExtracting(Plan::faults)
        .extracting(Planned::kind)
        .contains(FaultKind.REDIS_CUT, FaultKind.REDIS_DEAF, FaultKind.REDIS_MUTE,
            FaultKind.POSTGRES_CUT, FaultKind.NIVEL_FREEZE, FaultKind.NIVEL_KILL,
            FaultKind.REDIS_KILL);
    assertThat(plans).flatExtracting(Plan::faults)
        .extracting(Planned::lasting)
        .contains(Duration.ofMinutes(1))
        .anySatisfy(lasting -> assertThat(lasting).isBetween(Duration.ofSeconds(4),
            Duration.ofSeconds(12)));
  }

  private static Stream<Planned> losses(RedisKind redis) {
    return LongStream.rangeClosed(1, 20)
        .mapToObj(seed -> Planner.failover(seed, redis))
        .flatMap(plan -> plan.faults().stream());
  }

  @Test
  void losesEveryMasterOfAClusterInEveryWay() {
    assertThat(losses(RedisKind.CLUSTER)).extracting(Planned::kind)
        .contains(FaultKind.MASTER_KILL, FaultKind.MASTER_FREEZE);
    assertThat(losses(RedisKind.CLUSTER)).extracting(Planned::node).contains(0, 1, 2);
    assertThat(losses(RedisKind.SENTINEL)).extracting(Planned::node).containsOnly(0);
    assertThat(losses(RedisKind.CLUSTER)).filteredOn(loss -> loss.amount() > 0).hasSize(10);
    assertThat(losses(RedisKind.CLUSTER)).extracting(loss -> loss.lasting().isZero())
        .contains(true, false);
  }

  /** A replica may lack what its master has acknowledged; servers keep it. */
  @Test
  void takesAFailoverForALossOfRedisAlone() {
    Plan plan = Planner.failover(1, RedisKind.CLUSTER);
    assertThat(plan).isEqualTo(Planner.failover(1, RedisKind.CLUSTER));
    assertThat(plan.keepsRedis()).isFalse();
    assertThat(plan.keepsMemory()).isTrue();
    assertThat(plan.keepsJournals()).isTrue();
    assertThat(plan.sparesStores()).isFalse();
  }
}
