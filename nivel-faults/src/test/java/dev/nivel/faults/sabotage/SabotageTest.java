package dev.nivel.faults.sabotage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Every planted bug still has its place in the sources. */
class SabotageTest {
  @Test
  void fitsTheSources() throws IOException {
    for (Sabotage sabotage : Sabotage.all()) {
      String text = Files.readString(Path.of("..").resolve(sabotage.file()));
      assertThat(sabotage.applyTo(text)).as(sabotage.name()).isNotEqualTo(text);
      assertThat(sabotage.foundBy()).as(sabotage.name()).matches("(tests|runs) .+");
    }
  }

  @Test
  void isOneOfAtLeastFifteenWithNamesOfTheirOwn() {
    Set<String> names = new HashSet<>();
    Sabotage.all().forEach(sabotage -> names.add(sabotage.name()));
    assertThat(names).hasSize(Sabotage.all().size()).hasSizeGreaterThanOrEqualTo(15);
  }
}
