package dev.nivel.bench;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ScenarioTest {
  @Test
  void allOfThemMayTakeNoMoreThanThePromisedTime() {
    assertThat(Scenario.minutes(false)).isLessThanOrEqualTo(41);
    assertThat(Scenario.minutes(true)).isLessThanOrEqualTo(5);
  }

  @Test
  void aPartThatTookLongerIsMarked() {
    Extent extent = new Extent(1, 1, 10);
    assertThat(extent.said(10)).isEqualTo("It took 10.0 minutes, of 10.0 that it may take.");
    assertThat(extent.said(11.26))
        .isEqualTo("It took 11.3 minutes, of 10.0 that it may take: **1.3 too many**.");
  }
}
