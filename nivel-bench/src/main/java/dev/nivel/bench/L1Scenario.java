package dev.nivel.bench;

import dev.nivel.bench.l1.CacheTrial;
import dev.nivel.bench.l1.Footprint;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The first level against caches in memory, by JMH: a fork for each measurement, those that are
 * compared one after another in each round.
 */
final class L1Scenario {
  /** So many kinds take turns; the others are measured once, for a look. */
  private static final int COMPARED = 3;
  private static final String CAFFEINE = "CAFFEINE";
  private static final String GUAVA = "GUAVA";
  private static final String JETCACHE = "JETCACHE";
  private static final String MAP = "MAP";

  private final Options options;
  private final Section section;
  private final PrintStream out;
  private final CacheTrial trial;

  private L1Scenario(Options options, Section section, Stores stores) {
    this.options = options;
    this.section = section;
    out = section.out();
    trial = new CacheTrial(stores.variables("l1", Map.of()), options.isShort());
  }

  /** Measures. */
  static boolean run(Options options, Section section) {
    try (Stores stores = Stores.start(options.directory())) {
      new L1Scenario(options, section, stores).run();
    }
    return true;
  }

  private void run() {
    out.printf("%nReads that hit, through `conversation(id).get(name)`, with statistics.%n%n"
        + "| capacity, keys, threads | Nivel ns | Caffeine ns | Guava ns | JetCache ns"
        + " | bare map ns | to Caffeine | to the map | bytes allocated |%n"
        + "|---|---|---|---|---|---|---|---|---|%n");
    int[] threadCounts = options.isShort() ? new int[]{1} : new int[]{1, 2, 8};
    int[] capacities = options.isShort() ? new int[]{100} : new int[]{100, 10_000};
    for (int capacity : capacities) {
      for (String pattern : List.of("ZIPF", "HOT")) {
        for (int threads : threadCounts) {
          hits(capacity, pattern, threads);
        }
      }
    }
    out.printf("%nPuts of what is not there into a full cache: the first level by itself.%n%n"
        + "| capacity, threads | Nivel ns | Caffeine ns | to Caffeine |%n|---|---|---|---|%n");
    for (int capacity : capacities) {
      for (int threads : options.isShort() ? new int[]{1} : new int[]{1, 2}) {
        puts(capacity, threads);
      }
    }
    memory();
  }

  private void memory() {
    List<Footprint> measured = new ArrayList<>();
    for (int round = 0; round < Math.min(options.rounds(), CacheTrial.ROUNDS_MAX); round++) {
      measured.add(Footprint.measure());
    }
    Spread ratios = Spread.of(measured, round -> round.nivel() / round.caffeine());
    out.printf(Locale.ROOT, "%nMemory beyond the contents, for each conversation: %.1f bytes;"
        + " Caffeine with the same contents under a key of id and name: %.1f bytes.%n",
        Spread.of(measured, Footprint::nivel).median(),
        Spread.of(measured, Footprint::caffeine).median());
    section.add(Goal.ratioAtMost(0.8, "L1 memory a conversation to Caffeine's an entry", ratios));
  }

  private void hits(int capacity, String pattern, int threads) {
    Map<String, String> parameters = Map.of("capacity", Integer.toString(capacity), "pattern",
        pattern);
    Rounds rounds = measure("HitBenchmark", threads, parameters,
        List.of("NIVEL", CAFFEINE, MAP, GUAVA, JETCACHE));
    Spread toCaffeine = rounds.faster(CAFFEINE);
    Spread toMap = rounds.faster(MAP);
    String what = String.format(Locale.ROOT, "capacity %,d, %s, %d thread%s", capacity,
        pattern.equals("HOT") ? "one hot key" : "Zipf", threads, threads == 1 ? "" : "s");
    out.printf(Locale.ROOT, "| %s | %.1f | %.1f | %.1f | %.1f | %.1f | %s | %s | %.1f |%n", what,
        rounds.nanos("NIVEL"), rounds.nanos(CAFFEINE), rounds.nanos(GUAVA), rounds.nanos(JETCACHE),
        rounds.nanos(MAP),
        toCaffeine.asRatio(), toMap.asRatio(), rounds.bytes("NIVEL"));
    section.add(Goal.ratioAtLeast(2, "L1 hit to Caffeine, " + what, toCaffeine));
    section.add(Goal.ratioAtLeast(0.5, "L1 hit to a bare map, " + what, toMap));
    section.add(new Goal("bytes allocated by an L1 hit, " + what, Goal.Kind.AT_MOST, 0.5, "bytes",
        Spread.of(rounds.bytes("NIVEL")), ""));
  }

  private void puts(int capacity, int threads) {
    Rounds rounds = measure("PutBenchmark", threads,
        Map.of("capacity", Integer.toString(capacity)), List.of("BARE_L1", CAFFEINE));
    Spread toCaffeine = rounds.faster(CAFFEINE);
    out.printf(Locale.ROOT, "| %,d, %d | %.0f | %.0f | %s |%n", capacity, threads,
        rounds.nanos("BARE_L1"), rounds.nanos(CAFFEINE), toCaffeine.asRatio());
    section.add(Goal.ratioAtLeast(capacity == 100 ? 1.5 : 1, String.format(Locale.ROOT,
        "L1 put with eviction to Caffeine, capacity %,d, threads %d", capacity, threads),
        toCaffeine));
  }

  /**
   * Measurements that took turns; the first of the kinds is Nivel.
   *
   * @param results in each round one of each kind, but for those that are measured in the first
   *     one only
   */
  private record Rounds(List<String> kinds, List<Map<String, CacheTrial.Result>> results) {
    Spread faster(String peer) {
      return Spread.of(results, round -> nanos(round, peer) / nanos(round, kinds.get(0)));
    }

    double nanos(String kind) {
      return Spread.of(results.stream().filter(round -> round.containsKey(kind)).toList(),
          round -> nanos(round, kind)).median();
    }

    double bytes(String kind) {
      return Spread.of(results, round -> result(round, kind).bytes()).median();
    }

    private static double nanos(Map<String, CacheTrial.Result> round, String kind) {
      return result(round, kind).nanos();
    }

    private static CacheTrial.Result result(Map<String, CacheTrial.Result> round, String kind) {
      return Objects.requireNonNull(round.get(kind));
    }
  }

  private Rounds measure(String benchmark, int threads, Map<String, String> parameters,
      List<String> kinds) {
    List<Map<String, CacheTrial.Result>> results = new ArrayList<>();
    for (int round = 0; round < Math.min(options.rounds(), CacheTrial.ROUNDS_MAX); round++) {
      Map<String, CacheTrial.Result> ofRound = new HashMap<>();
      for (String kind : round == 0 ? kinds : kinds.subList(0, Math.min(COMPARED, kinds.size()))) {
        ofRound.put(kind, trial.run(benchmark, threads, parameters, kind));
      }
      results.add(ofRound);
    }
    return new Rounds(kinds, results);
  }
}
