package dev.nivel.faults.sabotage;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Plants every bug in a copy of the sources, and looks whether the suite finds it. */
public final class SabotageHunt {
  private static final String TESTS = "tests ";
  private static final String RUNS = "runs ";

  private final Path sources;
  private final Path directory;
  private final PrintStream out;

  /**
   * A hunt.
   *
   * @param sources the root of the source tree, which stays as it is
   * @param directory for the copy
   */
  public SabotageHunt(Path sources, Path directory, PrintStream out) {
    this.sources = sources;
    this.directory = directory;
    this.out = out;
  }

  /** What came of one. */
  private enum Verdict {
    FOUND, NOT_FOUND, NOT_BUILT
  }

  /**
   * Tries them.
   *
   * @param names which ones, all if empty
   * @return how many were not found
   */
  public long execute(List<String> names) {
    SourceCopy copy = SourceCopy.of(sources, directory.resolve("sources"));
    List<Sabotage> chosen = Sabotage.all()
        .stream()
        .filter(sabotage -> names.isEmpty() || names.contains(sabotage.name()))
        .toList();
    long missed = 0;
    for (Sabotage sabotage : chosen) {
      long start = System.nanoTime();
      Verdict verdict = hunt(copy, sabotage);
      missed += verdict == Verdict.FOUND ? 0 : 1;
      out.printf("%-9s %s by %s, %d s (%s)%n", verdict, sabotage.name(), sabotage.foundBy(),
          (System.nanoTime() - start) / 1_000_000_000, sabotage.breaks());
    }
    out.printf("%d planted, %d found; what was run is in %s%n", chosen.size(),
        chosen.size() - missed, directory);
    return missed;
  }

  private static Verdict hunt(SourceCopy copy, Sabotage sabotage) {
    String before = copy.plant(sabotage);
    try {
      if (!copy.build()) {
        return Verdict.NOT_BUILT;
      }
      return isFound(copy, sabotage.foundBy()) ? Verdict.FOUND : Verdict.NOT_FOUND;
    } finally {
      copy.restore(sabotage, before);
    }
  }

  private static boolean isFound(SourceCopy copy, String foundBy) {
    if (foundBy.startsWith(TESTS)) {
      return copy.isFoundByTests(foundBy.substring(TESTS.length()));
    }
    return copy.isFoundByRuns(Arrays.asList(foundBy.substring(RUNS.length()).split(" ")));
  }
}
