package dev.nivel.bench;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param scenario its name
 * @param rounds in which each variant has one block for each workload
 * @param millis of a block
 * @param conversations of the backlog
 * @param seed of what they say
 * @param storesCore on which core the stores run; empty = on any
 * @param directory where everything keeps its files
 */
record Options(String scenario, int rounds, long millis, int conversations, long seed,
    String storesCore, Path directory) {
  static final String USAGE = """
      usage: run journal [--rounds N] [--millis N]
             run backlog [--conversations N] [--seed N]
             run ways [--rounds N] [--millis N]
             run all""";

  /**
   * Reads arguments.
   *
   * @throws IllegalArgumentException if one is not allowed
   */
  static Options parse(List<String> arguments, String storesCore, Path directory) {
    Iterator<String> rest = arguments.iterator();
    Options options = new Options(rest.hasNext() ? rest.next() : "", 7, 1_500, 50_000, 1,
        storesCore, directory);
    if (!List.of("journal", "backlog", "ways").contains(options.scenario)) {
      throw new IllegalArgumentException("there is no scenario \"" + options.scenario + "\"");
    }
    while (rest.hasNext()) {
      options = options.with(rest.next(), rest);
    }
    return options;
  }

  private Options with(String name, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(name + " needs a value");
    }
    int value = Integer.parseInt(rest.next());
    if (value < 1) {
      throw new IllegalArgumentException(name + " is at least 1, not " + value);
    }
    return switch (name) {
      case "--rounds" -> new Options(scenario, value, millis, conversations, seed, storesCore,
          directory);
      case "--millis" -> new Options(scenario, rounds, value, conversations, seed, storesCore,
          directory);
      case "--conversations" -> new Options(scenario, rounds, millis, value, seed, storesCore,
          directory);
      case "--seed" -> new Options(scenario, rounds, millis, conversations, value, storesCore,
          directory);
      default -> throw new IllegalArgumentException("there is no option " + name);
    };
  }
}
