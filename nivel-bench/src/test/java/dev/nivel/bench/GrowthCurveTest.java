package dev.nivel.bench;

import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class GrowthCurveTest {
  private static GrowthCurve curve(List<List<Double>> rounds) {
    return new GrowthCurve("x", "µs", 0.15, List.of(1_000, 10_000, 100_000), rounds);
  }

  @Test
  void knowsWhatIsConstantLinearAndSquare() {
    Spread exponents = curve(List.of(List.of(7.0, 7.0, 7.0), List.of(2.0, 20.0, 200.0),
        List.of(1.0, 100.0, 10_000.0))).exponents();
    assertThat(exponents.min()).isCloseTo(0, within(1e-9));
    assertThat(exponents.median()).isCloseTo(1, within(1e-9));
    assertThat(exponents.max()).isCloseTo(2, within(1e-9));
  }

  @Test
  void doesNotTakeALogarithmForGrowthThatMatters() {
    List<Double> logarithms = List.of(Math.log(1_000), Math.log(10_000), Math.log(100_000));
    assertThat(curve(List.of(logarithms)).exponents().median()).isBetween(0.1, 0.15);
  }

  @Test
  void missesItsGoalWhenItGrowsFaster() {
    assertThat(curve(List.of(List.of(5.0, 5.1, 5.2))).goal("rows").isMet()).isTrue();
    assertThat(curve(List.of(List.of(5.0, 9.0, 18.0))).goal("rows").isMet()).isFalse();
  }

  @Test
  void sharesItsGrowthWithWhatNothingCanGrowLessThan() {
    List<Double> withConstant = List.of(10.0, 12.0, 14.0);
    GrowthCurve own = curve(List.of(withConstant, withConstant, List.of(5.0, 5.0, 5.0)));
    GrowthCurve limit = curve(List.of(List.of(1.0, 2.0, 4.0), List.of(1.0, 2.0, 9.0),
        List.of(1.0, 2.0, 3.0)));
    Spread share = own.shareOfGrowth(limit);
    assertThat(share.min()).isCloseTo(0.75, within(1e-9));
    assertThat(share.max()).isCloseTo(1, within(1e-9));
    assertThat(share.median()).isCloseTo(1, within(1e-9));
  }

  @Test
  void hasTheMedianOfEachSize() {
    assertThat(curve(List.of(List.of(1.0, 2.0, 3.0), List.of(3.0, 2.0, 9.0),
        List.of(2.0, 8.0, 4.0))).medians()).containsExactly(2.0, 2.0, 4.0);
  }
}
