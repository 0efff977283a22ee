package dev.nivel.faults;

import dev.nivel.faults.cluster.RedisKind;
import dev.nivel.faults.cluster.SupabaseWay;
import dev.nivel.faults.plan.FaultKind;
import dev.nivel.faults.plan.Plan;
import dev.nivel.faults.plan.Planner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the command line asks for.
 *
 * @param runs how many, with seeds one after another
 * @param seed of the first
 * @param writes how many acknowledged writes a run has at least
 * @param kinds which faults there may be; none for a run without any
 * @param shape what runs are like
 * @param way how servers reach Supabase
 * @param swaps how many replies of Redis are to change places in all runs together
 * @param names of the sabotages to be tried, empty for all
 * @param directory where the cluster keeps its files, and failures their logs
 */
record Options(int runs, long seed, long writes, List<FaultKind> kinds, Shape shape,
    SupabaseWay way, long swaps, List<String> names, Path directory) {

  /** What is to be done. */
  enum Shape {
    /** Runs with any faults. */
    MIXED,
    /** Runs with three servers, some of which lose a store for seconds. */
    PARTITION,
    /** Runs in which replies of Redis change places, until that has happened often enough. */
    SWAPS,
    /** Runs in which a master of a Redis Cluster is lost. */
    CLUSTER_FAILOVER(RedisKind.CLUSTER),
    /** Runs in which the master of Redis is lost, which Sentinels watch. */
    SENTINEL_FAILOVER(RedisKind.SENTINEL),
    /** Planted bugs are to be found instead. */
    SABOTAGE;

    private final RedisKind redis;

    Shape() {
      this(RedisKind.SINGLE);
    }

    Shape(RedisKind redis) {
      this.redis = redis;
    }

    /** Which Redis it needs. */
    RedisKind redis() {
      return redis;
    }
  }

  static final String USAGE = """
      usage: run [--runs N] [--seed N] [--writes N] [--only none|FAULT[,FAULT...]] [--directory DIR]
             run --partition [--runs N] [--seed N] [--writes N] [--directory DIR]
             run --failover cluster|sentinel [--runs N] [--seed N] [--writes N] [--directory DIR]
             run --swaps N [--runs N] [--seed N] [--directory DIR]
             run --sabotage [NAME[,NAME...]]
             run --outages [--seconds N] [--rate N] [--only OUTAGE[,OUTAGE...]]
      exit codes: 0 all is well, 1 something is wrong, 2 wrong use, 3 a run could not be made
      --rest, with any but the last two: servers reach Supabase over REST
      faults: %s""".formatted(FaultKind.of(SupabaseWay.REST)
      .stream()
      .map(FaultKind::toString)
      .collect(Collectors.joining(", ")) + " (rest-...: with --rest)");

  /** In longer runs conversations would become very long. */
  private static final long SWAPS_OF_RUN = 1_000;
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final String FAILOVER = "--failover";
  private static final String PARTITION = "--partition";
  private static final String REST = "--rest";
  private static final String SABOTAGE = "--sabotage";
  private static final String SWAPS = "--swaps";
  private static final Set<String> NAMES = Set.of(SWAPS, FAILOVER, "--runs", "--seed", "--writes",
      "--only", "--directory");

  /** Runs with any faults among these. */
  static Options mixed(int runs, long seed, List<FaultKind> kinds, Path directory) {
    return new Options(runs, seed, 1_000, kinds, Shape.MIXED, SupabaseWay.DATABASE, 0, List.of(),
        directory);
  }

  /** The same with servers that reach Supabase over REST. */
  Options overRest() {
    return new Options(runs, seed, writes, kinds, shape, SupabaseWay.REST, swaps, names,
        directory);
  }

  /**
   * Reads arguments.
   *
   * @throws IllegalArgumentException if one is not allowed
   */
  static Options parse(List<String> arguments, Path directory) {
    Map<String, String> given = given(arguments);
    String sabotages = given.getOrDefault(SABOTAGE, "");
    SupabaseWay way = given.containsKey(REST) ? SupabaseWay.REST : SupabaseWay.DATABASE;
    return new Options(
        Integer.parseInt(given.getOrDefault("--runs", given.containsKey(SWAPS) ? "100" : "20")),
        Long.parseLong(given.getOrDefault("--seed", "1")),
        Long.parseLong(given.getOrDefault("--writes", "1000")),
        given.containsKey("--only") ? kinds(given.get("--only"), way) : FaultKind.of(way),
        shape(given), way, Long.parseLong(given.getOrDefault(SWAPS, "0")),
        sabotages.isEmpty() ? List.of() : List.of(sabotages.split(",")),
        Path.of(given.getOrDefault("--directory", directory.toString())));
  }

  private static Shape shape(Map<String, String> given) {
    boolean isChosen = given.containsKey(PARTITION) || given.containsKey(SWAPS)
        || given.containsKey(FAILOVER);
    if (given.containsKey("--only") && isChosen) {
      throw new IllegalArgumentException("the faults of these runs can't be chosen");
    }
    if (given.containsKey(SABOTAGE) && given.containsKey(REST)) {
      throw new IllegalArgumentException("planted bugs have finders of their own");
    }
    return given.containsKey(SABOTAGE) ? Shape.SABOTAGE
        : given.containsKey(PARTITION) ? Shape.PARTITION
            : given.containsKey(SWAPS) ? Shape.SWAPS
                : given.containsKey(FAILOVER) ? failover(given.getOrDefault(FAILOVER, ""))
                    : Shape.MIXED;
  }

  private static Shape failover(String redis) {
    return switch (redis) {
      case "cluster" -> Shape.CLUSTER_FAILOVER;
      case "sentinel" -> Shape.SENTINEL_FAILOVER;
      default -> throw new IllegalArgumentException("there is no failover of a " + redis);
    };
  }

  private static Map<String, String> given(List<String> arguments) {
    Map<String, String> given = new HashMap<>();
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext();) {
      String name = rest.next();
      if (name.equals(PARTITION) || name.equals(REST)) {
        given.put(name, "");
      } else if (name.equals(SABOTAGE)) {
        given.put(name, rest.hasNext() ? rest.next() : "");
      } else if (!NAMES.contains(name)) {
        throw new IllegalArgumentException("there is no option " + name);
      } else if (!rest.hasNext()) {
        throw new IllegalArgumentException(name + " needs a value");
      } else {
        given.put(name, rest.next());
      }
    }
    return given;
  }

  /**
   * The plan of a seed.
   *
   * @param swapped how many replies have changed places so far
   */
  Plan plan(long chosen, long swapped) {
    return switch (shape) {
      case PARTITION -> Planner.partition(chosen, PAUSE);
      case CLUSTER_FAILOVER, SENTINEL_FAILOVER -> Planner.failover(chosen, shape.redis());
      case SWAPS -> Planner.swaps(chosen, Math.min(SWAPS_OF_RUN, swaps - swapped));
      default -> Planner.plan(chosen, kinds);
    };
  }

  /** The same without a kind of fault. */
  Options without(FaultKind kind) {
    return new Options(runs, seed, writes,
        kinds.stream().filter(other -> other != kind).toList(), shape, way, swaps, names,
        directory);
  }

  private static List<FaultKind> kinds(String names, SupabaseWay way) {
    return names.equals("none") ? List.of()
        : Arrays.stream(names.split(",")).map(name -> kind(name, way)).toList();
  }

  private static FaultKind kind(String name, SupabaseWay way) {
    return FaultKind.of(way)
        .stream()
        .filter(kind -> kind.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no fault " + name));
  }
}
