package dev.nivel.bench;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SyntheticCallTest {
  @Test
  void saysTheSameForTheSameSeedAndIndexOnly() {
    assertThat(SyntheticCall.of(1, 7)).isEqualTo(SyntheticCall.of(1, 7))
        .isNotEqualTo(SyntheticCall.of(1, 8))
        .isNotEqualTo(SyntheticCall.of(2, 7));
  }

  @Test
  void itsTurnsAreAsLongAsThoseOfPhoneCalls() {
    double[] lengths = IntStream.range(0, 2_000)
        .mapToDouble(i -> SyntheticCall.of(1, i).turns().get(0).length())
        .toArray();
    assertThat(Spread.of(lengths).median()).isBetween(400.0, 500.0);
    assertThat(Spread.of(lengths).max()).isLessThan(14_000);
  }

  @Test
  void anIdTellsItsIndex() {
    assertThat(SyntheticCall.index(SyntheticCall.id(49_999))).isEqualTo(49_999);
  }
}
