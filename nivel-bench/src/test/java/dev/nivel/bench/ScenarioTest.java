package dev.nivel.bench;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ScenarioTest {
  @Test
  void allOfThemMayTakeNoMoreThanThePromisedTime() {
    assertThat(Scenario.minutes(false)).isLessThanOrEqualTo(42);
    assertThat(Scenario.minutes(true)).isLessThanOrEqualTo(5);
  }
}
