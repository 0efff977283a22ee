package dev.nivel.bench;

import dev.nivel.Conversation;
import dev.nivel.ItemsPage;
import dev.nivel.Level;
import dev.nivel.Nivel;
import dev.nivel.bench.GrowthAxis.Measure;
import dev.nivel.store.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A node with so many conversations in its memory. For use by one thread.
 */
final class MemoryGrowth implements AutoCloseable {
  /** How many conversations its stores must have more than its memory. */
  static final int OTHERS = 5_000;
  private static final double CONSTANT = 0.15;
  private static final String FROM_MAP = "the same from a bare map";
  private static final int BATCHES = 40;
  private static final int READS = 1_000;
  private static final int EVICTED = 50;
  /** A prime. */
  private static final int STEP = 7_919;

  private final GrownStores stores;
  private final Nivel nivel;
  private final List<String> inMemory;
  /** The same items by conversation, with nothing else; by ids of its own, as the node has. */
  private final Map<String, List<Item>> map = new ConcurrentHashMap<>();
  private final int size;
  private int other;
  private int position;

  /** Opens a node on stores that hold the conversations, and reads them. */
  MemoryGrowth(GrownStores stores, int size) {
    this.stores = stores;
    this.size = size;
    nivel = MemoryHeap.open(stores, "memory-" + size, size);
    MemoryHeap.preload(nivel, size);
    Timing.require(nivel.metrics().l1Size().conversations() == size, "all in L1");
    inMemory = new ArrayList<>(IntStream.range(0, size)
        .mapToObj(GrownStores::id)
        .toList());
    for (int i = 0; i < size; i++) {
      map.put(GrownStores.id(i), nivel.conversation(inMemory.get(i)).last(2).items());
    }
  }

  /** All of them. */
  static List<Measure<MemoryGrowth>> all() {
    return List.of(
        new Measure<MemoryGrowth>("a read from L1", "µs", CONSTANT,
            memory -> memory.read(memory::itemsFromL1)).withLimit(FROM_MAP)
            .ifMissed("what is far apart in memory is not in the processor's caches, and a read"
                + " goes to several such places, the map to few"),
        new Measure<>(FROM_MAP, "µs", Double.POSITIVE_INFINITY, memory -> memory.read(
            id -> memory.map.getOrDefault(id, List.of()))),
        new Measure<>("a read from Redis, for which another conversation goes", "µs", CONSTANT,
            MemoryGrowth::evict),
        new Measure<>("heap", "bytes a conversation", CONSTANT,
            memory -> MemoryHeap.bytesEach(memory.stores, memory.size)));
  }

  private List<Item> itemsFromL1(String id) {
    ItemsPage page = nivel.conversation(id).last(2);
    Timing.require(page.level() == Level.L1, "in memory");
    return page.items();
  }

  /**
   * Of conversations that are in memory, in an order that the processor can't foresee. Which one is
   * next is computed from what was read, or it would begin with several at a time. Only of the half
   * that was loaded last, so that others are evicted.
   */
  private double read(Function<String, List<Item>> reading) {
    int half = size / 2;
    return Timing.of(BATCHES, () -> {
      int items = 0;
      for (int i = 0; i < READS; i++) {
        int found = reading.apply(inMemory.get(half + position)).size();
        position = (position + (found - 1) * STEP) % half;
        items += found;
      }
      Timing.require(items == 2 * READS, "all that was asked for");
    }) / READS;
  }

  private double evict() {
    double[] micros = new double[EVICTED];
    for (int i = 0; i < EVICTED; i++) {
      Conversation conversation = nivel.conversation(GrownStores.id(size + other++ % OTHERS));
      micros[i] = Timing.once(() -> Timing.require(conversation.last(2).level() == Level.L2,
          "from Redis"));
    }
    return Timing.of(micros);
  }

  @Override
  public void close() {
    nivel.close();
  }
}
