package dev.nivel.bench;

import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SpreadTest {
  @Test
  void takesTheMiddleOfAnOddAndOfAnEvenNumber() {
    assertThat(Spread.of(9, 1, 2)).isEqualTo(new Spread(1, 1.5, 2, 5.5, 9));
    assertThat(Spread.of(4, 1, 2, 9)).isEqualTo(new Spread(1, 1.75, 3, 5.25, 9));
  }

  @Test
  void comparesEachMeasurementWithItsOwnPair() {
    assertThat(Spread.ofRatios(List.of(50.0, 8.0, 3.0), List.of(100.0, 10.0, 1.0), d -> d))
        .extracting(Spread::min, Spread::median, Spread::max)
        .containsExactly(0.5, 0.8, 3.0);
  }
}
