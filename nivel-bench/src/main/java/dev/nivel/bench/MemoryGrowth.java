package dev.nivel.bench;

import dev.nivel.Conversation;
import dev.nivel.Level;
import dev.nivel.Nivel;
import dev.nivel.bench.GrowthAxis.Measure;
import dev.nivel.store.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
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
  private long position;

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
        new Measure<MemoryGrowth>("a read from L1", "µs", CONSTANT, memory -> memory.read(
            id -> memory.nivel.conversation(id).last(2).level() == Level.L1)).withLimit(FROM_MAP)
            .ifMissed("what is far apart in memory is not in the processor's caches, and a read"
                + " goes to several such places, the map to few"),
        new Measure<>(FROM_MAP, "µs", Double.POSITIVE_INFINITY, memory -> memory.read(
            id -> memory.map.getOrDefault(id, List.of()).size() == 2)),
        new Measure<>("a read from Redis, for which another conversation goes", "µs", CONSTANT,
            MemoryGrowth::evict),
        new Measure<>("heap", "bytes a conversation", CONSTANT,
            memory -> MemoryHeap.bytesEach(memory.stores, memory.size)));
  }

  /**
   * Of conversations that are in memory, in an order that the processor can't foresee. Only of the
   * half that was loaded last, so that others are evicted.
   */
  private double read(Predicate<String> reading) {
    int half = size / 2;
    return Timing.of(BATCHES, () -> {
      for (int i = 0; i < READS; i++) {
        String id = inMemory.get(half + (int) (position++ * STEP % half));
        Timing.require(reading.test(id), "in memory");
      }
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
