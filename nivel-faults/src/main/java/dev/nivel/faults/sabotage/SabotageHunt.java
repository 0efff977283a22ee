package dev.nivel.faults.sabotage;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Plants one bug after another in a copy of the built library, and looks whether what is said to
 * find it does, and finds nothing without it. For one thread.
 */
public final class SabotageHunt {
  private final BuiltLibrary library;
  private final Path log;
  private final Finder finder;
  private final PrintStream out;
  /** What was seen to find nothing without a bug. */
  private final Set<String> innocent = new HashSet<>();

  /**
   * A hunt.
   *
   * @param sources the root of the source tree, which stays as it is
   * @param directory for the copies and the log
   */
  public SabotageHunt(Path sources, Path directory, PrintStream out) {
    library = BuiltLibrary.in(sources, directory);
    log = directory.resolve("commands.log");
    finder = new Finder(library, log);
    this.out = out;
  }

  /**
   * Tries them.
   *
   * @param names which ones, all if empty
   * @return how many were not found
   * @throws IllegalArgumentException if there is no such one
   */
  public long execute(List<String> names) {
    List<Sabotage> chosen = names.isEmpty() ? Sabotage.all()
        : names.stream().map(Sabotage::named).toList();
    long found = 0;
    for (Sabotage sabotage : chosen) {
      long start = System.nanoTime();
      String verdict = hunt(sabotage);
      found += verdict.equals("found") ? 1 : 0;
      out.printf("%s: %s by %s in %.1f s (%s)%n", sabotage.name(), verdict, sabotage.foundBy(),
          (System.nanoTime() - start) / 1e9, sabotage.breaks());
    }
    out.printf("%d planted, %d found; what was run said is in %s%n", chosen.size(), found, log);
    return chosen.size() - found;
  }

  private String hunt(Sabotage sabotage) {
    try {
      if (!finder.isFound(sabotage.foundBy(), library.plant(sabotage))) {
        return "NOT FOUND";
      }
      return isInnocent(sabotage.foundBy()) ? "found" : "NOT TOLD from a library without it";
    } catch (IllegalStateException e) {
      return "NOT TRIED, as " + e.getMessage() + ",";
    }
  }

  private boolean isInnocent(String foundBy) {
    if (!innocent.contains(foundBy) && !finder.isFound(foundBy, library.classes())) {
      innocent.add(foundBy);
    }
    return innocent.contains(foundBy);
  }
}
