package dev.nivel.bench;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TriosTest {
  @Test
  void takeTurnsAtBeingFirstAndDoNotCountTheWarmUp() {
    List<String> order = new ArrayList<>();
    Trios trios = Trios.measure(3, () -> note(order, "p", 10), () -> note(order, "l", 40),
        () -> note(order, "n", 36));
    assertThat(String.join("", order)).isEqualTo("pln" + "pln" + "npl" + "lnp");
    assertThat(trios.toPeer().ratios().median()).isEqualTo(3.6);
    assertThat(trios.limitToPeer().ratios().median()).isEqualTo(4);
    assertThat(trios.toLimit().ratios().median()).isEqualTo(0.9);
    assertThat(trios.peer()).hasSize(3);
  }

  private static double note(List<String> order, String side, double rate) {
    order.add(side);
    return rate;
  }
}
