package dev.nivel.bench;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GoalTest {
  @Test
  void isMetIfTheMedianIsAndTheWorseQuarterIsNotFarOff() {
    assertThat(atLeastTwo(1.9, 2.0, 2.1).isMet()).isTrue();
    assertThat(atLeastTwo(1.9, 1.99, 2.1).isMet()).isFalse();
    assertThat(atLeastTwo(1.5, 2.0, 2.1).isMet()).isFalse();
  }

  @Test
  void looksAtTheOtherSideWhereLessIsBetter() {
    assertThat(Goal.ratioAtMost(2, "p99", Spread.of(1.9, 2.0, 2.1)).isMet()).isTrue();
    assertThat(Goal.ratioAtMost(2, "p99", Spread.of(1.9, 2.01, 2.1)).isMet()).isFalse();
    assertThat(Goal.ratioAtMost(2, "p99", Spread.of(1.9, 2.0, 2.9)).isMet()).isFalse();
  }

  @Test
  void saysWhatWasMeasuredAndWhyItIsNotMet() {
    assertThat(atLeastTwo(1.4, 1.5, 1.7).remark("a reason").row())
        .isEqualTo("| hit | ≥ 2 x | 1.50 (1.40..1.70) | **not met** | a reason |");
  }

  private static Goal atLeastTwo(double... ratios) {
    return Goal.ratioAtLeast(2, "hit", Spread.of(ratios));
  }
}
