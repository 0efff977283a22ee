package dev.nivel.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What grows with the number of conversations, of unsynced fields, of journal records: what should
 * be constant must not grow, and what is linear must not grow faster.
 */
final class GrowthScenario {
  private static final int SIZE_MIN = 1_000;
  private static final int SIZE_MAX = 1_000_000;
  private static final int SHORT_SIZE_MAX = 10_000;
  private static final int FACTOR = 10;
  private static final int ROUNDS_MAX = 5;

  private final Options options;
  private final Section section;

  private GrowthScenario(Options options, Section section) {
    this.options = options;
    this.section = section;
  }

  /** Measures, and prints tables, goals and plots; nothing but them is promised. */
  static boolean run(Options options, Section section) {
    new GrowthScenario(options, section).run();
    return true;
  }

  private void run() {
    int sizeMax = options.conversations(options.isShort() ? SHORT_SIZE_MAX : SIZE_MAX);
    List<Integer> sizes = new ArrayList<>();
    for (int size = SIZE_MIN; size <= sizeMax; size *= FACTOR) {
      sizes.add(size);
    }
    inStores(sizes);
  }

  private void inStores(List<Integer> sizes) {
    List<GrownStores> stores = new ArrayList<>();
    try {
      sizes.forEach(size -> stores.add(new GrownStores(options, size)));
      new GrowthAxis<>("stores", "conversations in Redis and PostgreSQL", sizes, stores)
          .measure(GrowthMeasures.all(), Math.min(ROUNDS_MAX, options.rounds()), section);
    } finally {
      stores.forEach(GrownStores::close);
    }
  }
}
