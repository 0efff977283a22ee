package dev.nivel.faults;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OutageOptionsTest {
  @Test
  void areAMinuteAndFiveHundredRequestsUnlessOthersAreWanted() {
    assertThat(OutageOptions.parse(List.of()))
        .isEqualTo(new OutageOptions(Duration.ofMinutes(1), 500));
    assertThat(OutageOptions.parse(List.of("--rate", "7", "--seconds", "3")))
        .isEqualTo(new OutageOptions(Duration.ofSeconds(3), 7));
  }

  @Test
  void areRefusedIfTheyAreNotAllowed() {
    for (List<String> wrong : List.of(List.of("--rate"), List.of("--rate", "0"),
        List.of("--seconds", "many"), List.of("--depth", "1"))) {
      assertThatIllegalArgumentException().isThrownBy(() -> OutageOptions.parse(wrong));
    }
  }
}
