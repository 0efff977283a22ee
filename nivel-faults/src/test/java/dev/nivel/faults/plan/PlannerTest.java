package dev.nivel.faults.plan;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PlannerTest {
  private static final List<FaultKind> ALL = List.of(FaultKind.values());

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
  void makesPairsAndSingleFaults() {
    assertThat(plans()).extracting(plan -> plan.faults().size()).contains(1, 2).doesNotContain(0);
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
}
