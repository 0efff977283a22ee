package dev.nivel.bench;

import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the journal costs a write. The variants take turns on the same stores in short blocks, so
 * that what else the machine does hits all of them; a block's pair is the one without a journal of
 * the same round. One instance is open at a time: others would hear of each write as well, and
 * their share would hide the journal's.
 */
final class JournalScenario {
  /** The default policy may take a write this much of its speed: it is slower by a quarter. */
  private static final double SPEED_MIN = 0.8;
  private static final Duration LEAD = Duration.ofMillis(200);
  private static final int WARM_UP_ROUNDS = 2;
  /** The machine may be busy, and a slow store is not an outage here. */
  private static final Map<String, String> PATIENT = Map.of("REDIS_TIMEOUT_MS", "10000",
      "SUPABASE_TIMEOUT_MS", "60000", "REDIS_CACHE_TTL", "60");

  private final Options options;
  private final PrintStream out;
  private final List<Measured> measured = new ArrayList<>();
  private int opened;

  private JournalScenario(Options options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /** A block of one round. */
  private record Measured(Workload workload, JournalVariant variant, Block block) {}

  /** Measures, and prints tables and goals; nothing but them is promised. */
  static boolean run(Options options, Section section) {
    JournalScenario scenario = new JournalScenario(options, section.out());
    scenario.run();
    scenario.addGoals(section);
    return true;
  }

  private void run() {
    try (Stores stores = Stores.start(options.directory())) {
      stores.keepTo(options.storesCore());
      for (int round = 0; round < (options.isShort() ? 0 : WARM_UP_ROUNDS); round++) {
        round(stores, round);
      }
      measured.clear();
      for (int round = 0; round < options.rounds(); round++) {
        round(stores, round);
      }
    }
    Workload.ALL.forEach(this::print);
  }

  private void round(Stores stores, int round) {
    List<JournalVariant> order = new ArrayList<>(List.of(JournalVariant.values()));
    Collections.rotate(order, round);
    for (Workload workload : Workload.ALL) {
      for (JournalVariant variant : order) {
        measure(stores, workload, variant);
      }
    }
  }

  private void measure(Stores stores, Workload workload, JournalVariant variant) {
    Map<String, String> variables = stores.variables(variant.name(), variant.variables());
    variables.putAll(PATIENT);
    String name = "bench-" + opened++;
    try (Nivel nivel = Nivel.open(NivelConfig.of(variables))) {
      Block.run(nivel, workload, name + "-lead", LEAD);
      Block block = Block.run(nivel, workload, name, Duration.ofMillis(options.millis()));
      measured.add(new Measured(workload, variant, block));
      nivel.sync(); // else the next one's block would pay for it
    }
  }

  /** The blocks of a workload and a variant, in the order of the rounds. */
  private List<Block> blocks(Workload workload, JournalVariant variant) {
    return measured.stream()
        .filter(each -> each.workload().equals(workload) && each.variant() == variant)
        .map(Measured::block)
        .toList();
  }

  private void print(Workload workload) {
    out.printf("%n%s%n%n", workload);
    out.println("| journal | writes/s | p50 µs | p99 µs | CPU µs | writes/s to off | p50 to off"
        + " | p99 to off | CPU to off |");
    out.println("|---|---|---|---|---|---|---|---|---|");
    List<Block> off = blocks(workload, JournalVariant.OFF);
    for (JournalVariant variant : JournalVariant.values()) {
      out.println(row(variant, blocks(workload, variant), off));
    }
  }

  private static String row(JournalVariant variant, List<Block> blocks, List<Block> off) {
    return String.format(Locale.ROOT, "| %s | %.0f | %.0f | %.0f | %.0f | %s | %s | %s | %s |",
        variant.name().toLowerCase(Locale.ROOT),
        Spread.of(blocks, Block::perSecond).median(),
        Spread.of(blocks, Block::p50Micros).median(),
        Spread.of(blocks, Block::p99Micros).median(),
        Spread.of(blocks, Block::cpuMicros).median(),
        Spread.ofRatios(blocks, off, Block::perSecond).asRatio(),
        Spread.ofRatios(blocks, off, Block::p50Micros).asRatio(),
        Spread.ofRatios(blocks, off, Block::p99Micros).asRatio(),
        Spread.ofRatios(blocks, off, Block::cpuMicros).asRatio());
  }

  private void addGoals(Section section) {
    for (Workload workload : Workload.ALL) {
      section.add(Goal.ratioAtLeast(SPEED_MIN, "writes with the journal by default to those"
          + " without, " + workload,
          Spread.ofRatios(blocks(workload, JournalVariant.INTERVAL),
              blocks(workload, JournalVariant.OFF), Block::perSecond))
          .ifMissed("a record is framed, gets a checksum and is written to a file before the"
              + " acknowledgement, by the processor that the write needs too"));
    }
  }
}
