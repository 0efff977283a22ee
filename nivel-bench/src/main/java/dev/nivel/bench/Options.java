package dev.nivel.bench;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param scenario what to measure
 * @param isShort whether for a look only
 * @param rounds in which each variant has one block for each workload
 * @param millis of a block
 * @param conversations how many at most; 0 = as many as the part likes
 * @param seed of what they say
 * @param storesCore on which core the stores run; empty = on any
 * @param directory where everything keeps its files
 */
record Options(Scenario scenario, boolean isShort, int rounds, long millis, int conversations,
    long seed,
    String storesCore, Path directory) {
  private static final String SHORT = "--short";
  static final String USAGE = """
      usage: run PART|all [--short] [--rounds N] [--millis N] [--conversations N] [--seed N]
      parts: %s""".formatted(
      String.join(", ", Scenario.ALL.stream().map(Scenario::command).toList()));

  /**
   * Reads arguments.
   *
   * @throws IllegalArgumentException if one is not allowed
   */
  static Options parse(List<String> arguments, String storesCore, Path directory) {
    Iterator<String> rest = arguments.iterator();
    Scenario scenario = Scenario.of(rest.hasNext() ? rest.next() : "");
    boolean isShort = arguments.contains(SHORT);
    Extent extent = scenario.extent(isShort);
    Options options = new Options(scenario, isShort, extent.rounds(), extent.millis(), 0, 1,
        storesCore, directory);
    while (rest.hasNext()) {
      options = options.with(rest.next(), rest);
    }
    return options;
  }

  /** How many conversations there are to be at most. */
  int conversations(int usual) {
    return conversations == 0 ? usual : conversations;
  }

  private Options with(String name, Iterator<String> rest) {
    if (name.equals(SHORT)) {
      return this;
    }
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(name + " needs a value");
    }
    int value = Integer.parseInt(rest.next());
    if (value < 1) {
      throw new IllegalArgumentException(name + " is at least 1, not " + value);
    }
    return switch (name) {
      case "--rounds" ->
        new Options(scenario, isShort, value, millis, conversations, seed, storesCore,
            directory);
      case "--millis" ->
        new Options(scenario, isShort, rounds, value, conversations, seed, storesCore,
            directory);
      case "--conversations" ->
        new Options(scenario, isShort, rounds, millis, value, seed, storesCore,
            directory);
      case "--seed" ->
        new Options(scenario, isShort, rounds, millis, conversations, value, storesCore,
            directory);
      default -> throw new IllegalArgumentException("there is no option " + name);
    };
  }
}
