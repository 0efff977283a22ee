package dev.nivel.faults.sabotage;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class FinderTest {
  @Test
  void doesNotTakeARunThatCouldNotBeMadeForAFinding() {
    assertThat(Finder.isFound("runs", 1)).isTrue();
    assertThat(Finder.isFound("runs", 0)).isFalse();
    for (int code : new int[]{2, 3, 137}) {
      assertThatIllegalStateException().isThrownBy(() -> Finder.isFound("runs", code));
    }
  }
}
