package dev.nivel.faults;

import dev.nivel.faults.plan.FaultKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the command line asks for.
 *
 * @param runs how many, with seeds one after another
 * @param seed of the first
 * @param writes how many acknowledged writes a run has at least
 * @param kinds which faults there may be; none for a run without any
 * @param sabotage whether planted bugs are to be found instead
 * @param names of the sabotages to be tried, empty for all
 * @param directory where the cluster keeps its files, and failures their logs
 */
record Options(int runs, long seed, long writes, List<FaultKind> kinds, boolean sabotage,
    List<String> names, Path directory) {

  static final String USAGE = """
      usage: run [--runs N] [--seed N] [--writes N] [--only none|FAULT[,FAULT...]] [--directory DIR]
             run --sabotage [NAME[,NAME...]]
             run --outages [--seconds N] [--rate N] [--only OUTAGE[,OUTAGE...]]
      faults: %s""".formatted(Arrays.stream(FaultKind.values())
      .map(FaultKind::toString)
      .collect(Collectors.joining(", ")));

  /**
   * Reads arguments.
   *
   * @throws IllegalArgumentException if one is not allowed
   */
  static Options parse(List<String> arguments, Path directory) {
    Options options = new Options(20, 1, 1_000, List.of(FaultKind.values()), false, List.of(),
        directory);
    List<String> rest = new ArrayList<>(arguments);
    for (Iterator<String> all = rest.iterator(); all.hasNext();) {
      options = options.with(all.next(), all);
    }
    return options;
  }

  private Options with(String name, Iterator<String> rest) {
    if (name.equals("--sabotage")) {
      return new Options(runs, seed, writes, kinds, true,
          rest.hasNext() ? List.of(rest.next().split(",")) : names, directory);
    }
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(name + " needs a value");
    }
    String value = rest.next();
    return switch (name) {
      case "--runs" -> new Options(Integer.parseInt(value), seed, writes, kinds, sabotage, names,
          directory);
      case "--seed" -> new Options(runs, Long.parseLong(value), writes, kinds, sabotage, names,
          directory);
      case "--writes" -> new Options(runs, seed, Long.parseLong(value), kinds, sabotage, names,
          directory);
      case "--only" -> new Options(runs, seed, writes, kinds(value), sabotage, names, directory);
      case "--directory" -> new Options(runs, seed, writes, kinds, sabotage, names,
          Path.of(value));
      default -> throw new IllegalArgumentException("there is no option " + name);
    };
  }

  /** The same without a kind of fault. */
  Options without(FaultKind kind) {
    return new Options(runs, seed, writes,
        kinds.stream().filter(other -> other != kind).toList(), sabotage, names, directory);
  }

  private static List<FaultKind> kinds(String names) {
    return names.equals("none") ? List.of()
        : Arrays.stream(names.split(",")).map(Options::kind).toList();
  }

  private static FaultKind kind(String name) {
    return Arrays.stream(FaultKind.values())
        .filter(kind -> kind.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no fault " + name));
  }
}
