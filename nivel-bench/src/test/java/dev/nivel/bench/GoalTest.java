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

  @Test
  void saysIfOnlyTheWorseQuarterMissesIt() {
    assertThat(atLeastTwo(1.5, 2.0, 2.1).row()).endsWith("| **not met** | the median is met, by the"
        + " worse quarter of the rounds not |");
  }

  @Test
  void givesTheReasonOnlyIfItIsMissed() {
    assertThat(atLeastTwo(1.5).ifMissed("a reason").row()).endsWith("| **not met** | a reason |");
    assertThat(atLeastTwo(2.5).remark("warm").ifMissed("a reason").row())
        .endsWith("| met | warm |");
  }

  @Test
  void isAtItsLimitIfThatIsShortOfItAndNineTenthsAreReached() {
    Spread limit = Spread.of(1.5, 1.6, 1.7);
    Spread reached = Spread.of(0.87, 0.94, 1.00);
    assertThat(atLeastTwo(1.4, 1.5, 1.6).withLimit("no more work", limit, reached).row())
        .isEqualTo("| hit | ≥ 2 x | 1.50 (1.40..1.60) | at the limit | limit 1.60 (1.50..1.70) x:"
            + " no more work; 0.94 (0.87..1.00) of it reached |");
    assertThat(atLeastTwo(1.9).withLimit("enough", Spread.of(2.1), reached).isAtLimit()).isFalse();
    assertThat(atLeastTwo(1.5).withLimit("pairs", limit, Spread.of(0.8)).isAtLimit()).isFalse();
  }

  @Test
  void hasLimitsOnTheOtherSideToo() {
    Goal time = Goal.ratioAtMost(2, "p99", Spread.of(3.2));
    Spread nearly = Spread.of(0.94);
    assertThat(time.withLimit("a bare server", Spread.of(3.0), nearly).isAtLimit()).isTrue();
    assertThat(time.withLimit("a bare server", Spread.of(2.5), Spread.of(0.78)).isAtLimit())
        .isFalse();
    assertThat(time.withLimit("a bare server", Spread.of(1.5), nearly).isAtLimit()).isFalse();
  }

  private static Goal atLeastTwo(double... ratios) {
    return Goal.ratioAtLeast(2, "hit", Spread.of(ratios));
  }
}
