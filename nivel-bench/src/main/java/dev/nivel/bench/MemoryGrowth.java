package dev.nivel.bench;

import dev.nivel.Conversation;
import dev.nivel.Level;
import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.bench.GrowthAxis.Measure;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A node with so many conversations in its memory. For use by one thread.
 */
final class MemoryGrowth implements AutoCloseable {
  /** How many conversations its stores must have more than its memory. */
  static final int OTHERS = 5_000;
  private static final double CONSTANT = 0.15;
  /** What is far apart in memory is not in the processor's caches: a price of size, not of ours. */
  private static final double CACHE_MISSES = 0.3;
  private static final int PRELOADED = 100;
  private static final int READS = 20_000;
  private static final int READ = 50;
  private static final long BYTES_MAX = 1L << 40;

  private final Nivel nivel;
  private final List<Conversation> inMemory;
  private final int size;
  private final double heapBytes;
  private int other;

  /** Opens a node on stores that hold the conversations, and reads them. */
  MemoryGrowth(GrownStores stores, int size) {
    this.size = size;
    Map<String, String> variables = new HashMap<>(GrownStores.CALM);
    variables.put("REDIS_L1_CACHE_SIZE", Integer.toString(size));
    variables.put("REDIS_L1_CACHE_BYTES", Long.toString(BYTES_MAX));
    nivel = Nivel.open(NivelConfig.of(stores.stores().variables("memory-" + size, variables)));
    long before = heapBytes();
    for (int i = 0; i < size; i += PRELOADED) {
      nivel.preload(IntStream.range(i, i + PRELOADED).mapToObj(GrownStores::id).toList());
    }
    heapBytes = (heapBytes() - before) / (double) size;
    Timing.require(nivel.metrics().l1Size().conversations() == size, "all in L1");
    inMemory = new ArrayList<>(IntStream.range(0, size)
        .mapToObj(GrownStores::id)
        .map(nivel::conversation)
        .toList());
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** All of them. */
  static List<Measure<MemoryGrowth>> all() {
    return List.of(
        new Measure<>("a read from L1", "µs", CACHE_MISSES, MemoryGrowth::read),
        new Measure<>("a read from Redis, for which another conversation goes", "µs", CONSTANT,
            MemoryGrowth::evict),
        new Measure<>("the node's heap", "bytes a conversation", CONSTANT,
            memory -> memory.heapBytes));
  }

  /** Of conversations that are in memory, in an order that the processor can't foresee. */
  private double read() {
    int step = 7_919; // a prime
    int from = Math.max(0, inMemory.size() - size);
    long start = System.nanoTime();
    for (int i = 0; i < READS; i++) {
      Conversation conversation = inMemory.get(from + (int) ((long) i * step % size));
      Timing.require(conversation.last(2).level() == Level.L1, "from L1");
    }
    return (System.nanoTime() - start) / 1e3 / READS;
  }

  private double evict() {
    double[] micros = new double[READ];
    for (int i = 0; i < READ; i++) {
      Conversation conversation = nivel.conversation(GrownStores.id(size + other++ % OTHERS));
      micros[i] = Timing.once(() -> Timing.require(conversation.last(2).level() == Level.L2,
          "from Redis"));
    }
    return Spread.of(micros).median();
  }

  @Override
  public void close() {
    nivel.close();
  }
}
