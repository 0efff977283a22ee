package dev.nivel.faults.sabotage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Every planted bug still has its place in the sources, its finder and its line in the docs. */
class SabotageTest {
  private static final Path ROOT = Path.of("..");
  private static final Path TESTS = ROOT.resolve("nivel-library/src/test/java");
  private static final String RUNS = "runs ";

  @Test
  void fitsTheSources() throws IOException {
    for (Sabotage sabotage : Sabotage.all()) {
      String text = Files.readString(ROOT.resolve(sabotage.file()));
      assertThat(sabotage.applyTo(text)).as(sabotage.name()).isNotEqualTo(text);
    }
  }

  @Test
  void isFoundByATestThatIsThereOrByRuns() {
    for (Sabotage sabotage : Sabotage.all()) {
      if (!sabotage.foundBy().startsWith(RUNS)) {
        assertThat(sabotage.foundBy()).as(sabotage.name()).startsWith("tests ");
        String testClass = sabotage.foundBy().substring("tests ".length());
        assertThat(TESTS.resolve(testClass.replace('.', '/') + ".java")).exists();
      }
    }
  }

  /** Flyway would find the migration twice, as runs have the library without the bug as well. */
  @Test
  void isNotLookedForByRunsIfItIsInTheSchema() {
    assertThat(Sabotage.all()).noneMatch(
        sabotage -> sabotage.file().endsWith(".sql") && sabotage.foundBy().startsWith(RUNS));
  }

  @Test
  void isDescribedInTheDocs() throws IOException {
    String docs = Files.readString(ROOT.resolve("docs/planted-bugs.md"));
    for (Sabotage sabotage : Sabotage.all()) {
      String file = sabotage.file().substring(sabotage.file().lastIndexOf('/') + 1);
      String finder = sabotage.foundBy();
      finder = finder.startsWith(RUNS) ? finder.substring(RUNS.length())
          : finder.substring(finder.lastIndexOf('.') + 1);
      assertThat(docs).contains("| `" + sabotage.name() + "` | `" + file + "` | "
          + sabotage.breaks() + " | `" + finder + "` |");
    }
  }

  @Test
  void isOneOfAtLeastTwentyFiveWithNamesOfTheirOwn() {
    Set<String> names = new HashSet<>();
    Sabotage.all().forEach(sabotage -> names.add(sabotage.name()));
    assertThat(names).hasSize(Sabotage.all().size()).hasSizeGreaterThanOrEqualTo(25);
  }
}
