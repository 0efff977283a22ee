package dev.nivel.bench;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OptionsTest {
  @Test
  void takeTheExtentOfTheScenario() {
    Extent whole = Scenario.of("redis").whole();
    assertThat(parse("redis").rounds()).isEqualTo(whole.rounds());
    assertThat(parse("redis").millis()).isEqualTo(whole.millis());
    assertThat(parse("redis", "--short").millis())
        .isEqualTo(Scenario.of("redis").shortened().millis());
  }

  @Test
  void takeWhatIsSaidBeforeOrAfterShort() {
    assertThat(parse("redis", "--rounds", "2", "--short").rounds()).isEqualTo(2);
    assertThat(parse("redis", "--short", "--rounds", "2").rounds()).isEqualTo(2);
  }

  private static Options parse(String... arguments) {
    return Options.parse(List.of(arguments), "", Path.of("unused"));
  }
}
