package dev.nivel.bench;

import dev.nivel.bench.l1.CacheTrial;
import dev.nivel.bench.l1.CacheTrial.Pages;
import dev.nivel.bench.l1.Footprint;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * The first level against caches in memory, by JMH: a fork for each measurement, those that are
 * compared one after another in each round.
 */
final class L1Scenario {
  /** The machine may be busy, and a slow store is not an outage here. */
  private static final Map<String, String> PATIENT = Map.of("REDIS_TIMEOUT_MS", "10000",
      "SUPABASE_TIMEOUT_MS", "60000");
  private static final Path LARGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
  private static final String CAFFEINE = "CAFFEINE";
  private static final String GUAVA = "GUAVA";
  private static final String JETCACHE = "JETCACHE";
  private static final String REDISSON = "REDISSON";
  private static final String MAP = "MAP";
  private static final String LIMIT = "LIMIT";
  private static final String ACCESS_ORDER = "ACCESS_ORDER";

  private final Options options;
  private final Section section;
  private final PrintStream out;
  private final CacheTrial trial;
  private final CacheTrial inUsualPages;

  private L1Scenario(Options options, Section section, Stores stores) {
    this.options = options;
    this.section = section;
    out = section.out();
    Map<String, String> variables = stores.variables("l1", PATIENT);
    trial = new CacheTrial(variables, options.millis(), Pages.LARGE);
    inUsualPages = new CacheTrial(variables, options.millis(), Pages.USUAL);
  }

  /** Measures. */
  static boolean run(Options options, Section section) {
    try (Stores stores = Stores.start(options.directory())) {
      new L1Scenario(options, section, stores).run();
    }
    return true;
  }

  private void run() {
    out.printf("%nIn pages of 2 MiB if nothing else is said, where Linux gives them to who asks"
        + " (here: %s).%n%n"
        + "Reads that hit, through `conversation(id).get(name)`, with statistics, after a"
        + " collection.%n%n"
        + "The least: two lookups in plain maps, one look each at freshness and time to live, a"
        + " touch and a count.%n%n"
        + "| capacity, keys, threads | Nivel ns | Caffeine ns | bare map ns | the least ns"
        + " | to Caffeine | to the map | to the least | bytes allocated |%n"
        + "|---|---|---|---|---|---|---|---|---|%n", largePages());
    int[] threadCounts = options.isShort() ? new int[]{1} : new int[]{1, 2, 8};
    int[] capacities = options.isShort() ? new int[]{100} : new int[]{100, 10_000};
    for (int capacity : capacities) {
      for (String pattern : List.of("ZIPF", "HOT")) {
        for (int threads : threadCounts) {
          hits(capacity, pattern, threads);
        }
      }
    }
    if (!options.isShort()) {
      layouts(capacities[capacities.length - 1]);
    }
    others(capacities[capacities.length - 1]);
    out.printf("%nPuts of what is not there into a full cache: the first level by itself. Each put"
        + " evicts, in all of them; Caffeine does part of that in a thread of its own, where a core"
        + " is free.%n%nThe least: a `LinkedHashMap` in access order under one lock.%n%n"
        + "| capacity, threads | Nivel ns | Caffeine ns | the least ns | to Caffeine | to the least"
        + " |%n|---|---|---|---|---|---|%n");
    for (int capacity : capacities) {
      for (int threads : options.isShort() ? new int[]{1} : new int[]{1, 2}) {
        puts(capacity, threads);
      }
    }
    memory();
  }

  private void memory() {
    List<Footprint> measured = new ArrayList<>();
    for (int round = 0; round < options.rounds(); round++) {
      measured.add(Footprint.measure());
    }
    Spread ratios = Spread.of(measured, round -> round.nivel() / round.caffeine());
    out.printf(Locale.ROOT, "%nMemory beyond the contents, for each conversation: %.1f bytes, and"
        + " %.1f if all were used again and eviction has put them in order; Caffeine"
        + " with the same contents under a key of id and name: %.1f bytes.%n",
        Spread.of(measured, Footprint::nivel).median(),
        Spread.of(measured, Footprint::inOrder).median(),
        Spread.of(measured, Footprint::caffeine).median());
    section.add(Goal.ratioAtMost(0.8, "L1 memory a conversation, used once, to Caffeine's an"
        + " entry", ratios));
  }

  private void hits(int capacity, String pattern, int threads) {
    Map<String, String> parameters = Map.of("capacity", Integer.toString(capacity), "pattern",
        pattern);
    Rounds rounds = measure("HitBenchmark", threads, parameters,
        List.of("NIVEL", CAFFEINE, MAP, LIMIT));
    Spread toCaffeine = rounds.faster(CAFFEINE);
    Spread toMap = rounds.faster(MAP);
    Spread toLeast = rounds.faster(LIMIT);
    String what = String.format(Locale.ROOT, "capacity %,d, %s, %d thread%s", capacity,
        pattern.equals("HOT") ? "one hot key" : "Zipf", threads, threads == 1 ? "" : "s");
    out.printf(Locale.ROOT, "| %s | %.1f | %.1f | %.1f | %.1f | %s | %s | %s | %.1f |%n", what,
        rounds.nanos("NIVEL"), rounds.nanos(CAFFEINE), rounds.nanos(MAP), rounds.nanos(LIMIT),
        toCaffeine.asRatio(), toMap.asRatio(), toLeast.asRatio(), rounds.bytes("NIVEL"));
    section.add(Goal.ratioAtLeast(2, "L1 hit to Caffeine, " + what, toCaffeine));
    section.add(Goal.ratioAtLeast(0.5, "L1 hit to a bare map, " + what, toMap)
        .withLimit("the least that a hit must do", rounds.ratio(MAP, LIMIT), toLeast)
        .ifMissed("a hit looks up the conversation, compares tick and name, and counts"));
    section.add(new Goal("bytes allocated by an L1 hit, " + what, Goal.Kind.AT_MOST, 0.5, "bytes",
        Spread.of(rounds.bytes("NIVEL")), "")
        .ifMissed("the handle, where the JVM compiled `conversation(id)` before its caller and"
            + " found it too large to inline (-XX:InlineSmallCode=4000 lets it)"));
  }

  /** When Linux gives large pages: [always], [madvise] to who asks, or [never]. */
  private static String largePages() {
    try {
      return Files.readString(LARGE_PAGES).strip();
    } catch (IOException e) {
      return "it does not say whether it does";
    }
  }

  /** What hits take where what is held lies otherwise in memory. */
  private void layouts(int capacity) {
    out.printf(Locale.ROOT, "%nThe same, capacity %,d, Zipf, 1 thread, as a JVM has it by itself."
        + " What was just put lies as far apart as the garbage of its writes is large, which is"
        + " nothing for a map; and chance decides which pages displace each other in the"
        + " processor's caches.%n%n| | Nivel ns | bare map ns | to the map |%n|---|---|---|---|%n",
        capacity);
    for (boolean isCollected : new boolean[]{true, false}) {
      Map<String, String> parameters = Map.of("capacity", Integer.toString(capacity), "pattern",
          "ZIPF", "isCollected", Boolean.toString(isCollected));
      Rounds rounds = inTurns(List.of("NIVEL", MAP),
          kind -> inUsualPages.run("HitBenchmark", 1, parameters, kind));
      out.printf(Locale.ROOT, "| in pages as the JVM takes them, %s | %.1f | %.1f | %s |%n",
          isCollected ? "after a collection" : "as filled", rounds.nanos("NIVEL"),
          rounds.nanos(MAP), rounds.faster(MAP).asRatio());
    }
  }

  /** Those that no goal is about. */
  private void others(int capacity) {
    Rounds rounds = measure("HitBenchmark", 1, Map.of("capacity", Integer.toString(capacity),
        "pattern", "ZIPF"), List.of("NIVEL", GUAVA, JETCACHE, REDISSON));
    out.printf(Locale.ROOT, "%nOther caches, capacity %,d, Zipf, 1 thread; Nivel: %.1f ns. Redisson"
        + " answers from the copies of an `RLocalCachedMap`.%n%n"
        + "| | ns | Nivel is so many times as fast | bytes allocated |%n|---|---|---|---|%n",
        capacity, rounds.nanos("NIVEL"));
    other("Guava", GUAVA, rounds);
    other("JetCache", JETCACHE, rounds);
    other("Redisson", REDISSON, rounds);
  }

  private void other(String name, String kind, Rounds rounds) {
    out.printf(Locale.ROOT, "| %s | %.1f | %s | %.0f |%n", name, rounds.nanos(kind),
        rounds.faster(kind).asRatio(), rounds.bytes(kind));
  }

  private void puts(int capacity, int threads) {
    Rounds rounds = measure("PutBenchmark", threads,
        Map.of("capacity", Integer.toString(capacity)), List.of("BARE_L1", CAFFEINE,
            ACCESS_ORDER));
    Spread toCaffeine = rounds.faster(CAFFEINE);
    Spread toLeast = rounds.faster(ACCESS_ORDER);
    out.printf(Locale.ROOT, "| %,d, %d | %.0f | %.0f | %.0f | %s | %s |%n", capacity, threads,
        rounds.nanos("BARE_L1"), rounds.nanos(CAFFEINE), rounds.nanos(ACCESS_ORDER),
        toCaffeine.asRatio(), toLeast.asRatio());
    section.add(Goal.ratioAtLeast(capacity == 100 ? 1.5 : 1, String.format(Locale.ROOT,
        "L1 put with eviction to Caffeine, capacity %,d, threads %d", capacity, threads),
        toCaffeine)
        .withLimit("the least that exact LRU under one lock must do",
            rounds.ratio(CAFFEINE, ACCESS_ORDER), toLeast)
        .ifMissed("under the lock it also counts bytes and finds who was used longest ago; Caffeine"
            + " leaves a part to a thread of its own"));
  }

  /**
   * Measurements that took turns; the first of the kinds is Nivel.
   *
   * @param results in each round one of each kind
   */
  private record Rounds(List<String> kinds, List<Map<String, CacheTrial.Result>> results) {
    Spread faster(String peer) {
      return ratio(peer, kinds.get(0));
    }

    /** How many times as long one takes as another. */
    Spread ratio(String one, String other) {
      return Spread.of(results, round -> nanos(round, one) / nanos(round, other));
    }

    double nanos(String kind) {
      return Spread.of(results, round -> nanos(round, kind)).median();
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
    return inTurns(kinds, kind -> trial.run(benchmark, threads, parameters, kind));
  }

  private Rounds inTurns(List<String> kinds, Function<String, CacheTrial.Result> measuring) {
    List<Map<String, CacheTrial.Result>> results = new ArrayList<>();
    for (int round = 0; round < options.rounds(); round++) {
      Map<String, CacheTrial.Result> ofRound = new HashMap<>();
      for (String kind : kinds) {
        ofRound.put(kind, measuring.apply(kind));
      }
      results.add(ofRound);
    }
    return new Rounds(kinds, results);
  }
}
