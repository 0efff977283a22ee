package dev.nivel.faults;

import dev.nivel.faults.outage.Outage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OutageOptionsTest {
  @Test
  void areAMinuteAndFiveHundredRequestsUnlessOthersAreWanted() {
    assertThat(OutageOptions.parse(List.of()))
        .isEqualTo(new OutageOptions(Duration.ofMinutes(1), 500, List.of(Outage.values())));
    assertThat(OutageOptions.parse(List.of("--rate", "7", "--seconds", "3", "--only", "frozen")))
        .isEqualTo(new OutageOptions(Duration.ofSeconds(3), 7, List.of(Outage.FROZEN)));
  }

  @Test
  void areRefusedIfTheyAreNotAllowed() {
    for (List<String> wrong : List.of(List.of("--rate"), List.of("--rate", "0"),
        List.of("--seconds", "many"), List.of("--depth", "1"), List.of("--only", "thawed"))) {
      assertThatIllegalArgumentException().isThrownBy(() -> OutageOptions.parse(wrong));
    }
  }
}
