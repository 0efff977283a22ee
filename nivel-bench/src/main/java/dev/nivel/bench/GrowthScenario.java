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
  private static final int STARTS = 3;
  /** What fits in the memory of the measuring process. */
  private static final int BACKLOG_MAX = 100_000;
  private static final int MEMORY_MAX = 50_000;

  private final Options options;
  private final int rounds;
  private final Section section;

  private GrowthScenario(Options options, Section section) {
    this.options = options;
    this.section = section;
    rounds = Math.min(ROUNDS_MAX, options.rounds());
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
    inOneNode(sizes);
    inStores(sizes);
  }

  private void inStores(List<Integer> sizes) {
    List<GrownStores> stores = new ArrayList<>();
    try {
      sizes.forEach(size -> stores.add(new GrownStores(options, size)));
      // First: what is written then is kept for a minute, and must not go while heap is measured.
      inMemory(sizes, stores.get(stores.size() - 1));
      new GrowthAxis<>("stores", "conversations in Redis and PostgreSQL", sizes, stores)
          .measure(GrowthMeasures.all(), rounds, section);
    } finally {
      stores.forEach(GrownStores::close);
    }
  }

  private void inMemory(List<Integer> sizes, GrownStores stores) {
    List<Integer> smaller = sizes.stream()
        .map(size -> size / 2)
        .filter(size -> size <= MEMORY_MAX)
        .toList();
    List<MemoryGrowth> nodes = new ArrayList<>();
    try {
      smaller.forEach(size -> nodes.add(new MemoryGrowth(stores, size)));
      new GrowthAxis<>("memory", "conversations in the node's memory", smaller, nodes)
          .measure(MemoryGrowth.all(), rounds, section);
    } finally {
      nodes.forEach(MemoryGrowth::close);
    }
  }

  private void inOneNode(List<Integer> sizes) {
    List<Integer> pending = sizes.stream().filter(size -> size <= BACKLOG_MAX).toList();
    try (Stores stores = Stores.start(options.directory().resolve("backlog"))) {
      List<BacklogGrowth> nodes = new ArrayList<>();
      try {
        pending.forEach(size -> nodes.add(new BacklogGrowth(stores, size)));
        new GrowthAxis<>("backlog", "fields that are not synced", pending, nodes)
            .measure(BacklogGrowth.all(), rounds, section);
      } finally {
        nodes.forEach(BacklogGrowth::close);
      }
    }
    try (Stores stores = Stores.start(options.directory().resolve("starts"))) {
      new GrowthAxis<>("start", "records in the journal", pending,
          pending.stream().map(size -> new StartGrowth(stores, size)).toList())
          .measure(StartGrowth.all(), Math.min(rounds, STARTS), section);
    }
  }
}
