package dev.nivel.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RoundsTest {
  /** One turn of three is spoilt, as by a machine that stands still for a moment. */
  @Test
  void ofARoundItsMedianTurnCounts() {
    List<List<Double>> measured = new Rounds(2, 3).medians(
        List.of(numbers(0, 10, 1, 11, 9, 900, 8), numbers(0, 5, 5, 5, 4, 4, 4)));
    assertThat(measured).containsExactly(List.of(10.0, 9.0), List.of(5.0, 4.0));
  }

  @Test
  void anotherSideBeginsInEachTurn() {
    List<String> order = new ArrayList<>();
    new Rounds(1, 3).medians(List.of(noting(order, "a"), noting(order, "b")));
    assertThat(String.join("", order)).isEqualTo("ab" + "ab" + "ba" + "ab");
  }

  private static DoubleSupplier numbers(double... numbers) {
    Iterator<Double> rest = Arrays.stream(numbers).iterator();
    return rest::next;
  }

  private static DoubleSupplier noting(List<String> order, String side) {
    return () -> {
      order.add(side);
      return 1;
    };
  }
}
