package dev.nivel.bench;

import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.bench.l1.HeapLeft;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How much heap conversations take in a node's memory: what is used beside a node that keeps all of
 * them, less what is used beside one that has read the same and keeps one. So neither what a node
 * takes by itself counts, nor what reading leaves behind. Stateless.
 */
final class MemoryHeap {
  private static final int PRELOADED = 100;
  private static final long BYTES_MAX = 1L << 40;

  private MemoryHeap() {}

  /** Bytes of each of the first conversations of stores that hold more. */
  static double bytesEach(GrownStores stores, int conversations) {
    long withoutBefore = heapBeside(stores, conversations, 1);
    long with = heapBeside(stores, conversations, conversations);
    long withoutAfter = heapBeside(stores, conversations, 1);
    // The mean of both, so that what comes or goes by and by counts for neither.
    return (with - (withoutBefore + withoutAfter) / 2.0) / (conversations - 1);
  }

  private static long heapBeside(GrownStores stores, int conversations, int kept) {
    try (Nivel nivel = open(stores, "heap", kept)) {
      preload(nivel, conversations);
      Timing.require(nivel.metrics().l1Size().conversations() == kept, "kept in L1");
      return HeapLeft.bytes();
    }
  }

  /** A node on the stores that keeps so many conversations in its memory. */
  static Nivel open(GrownStores stores, String name, int kept) {
    Map<String, String> variables = new HashMap<>(GrownStores.CALM);
    variables.put("REDIS_L1_CACHE_SIZE", Integer.toString(kept));
    variables.put("REDIS_L1_CACHE_BYTES", Long.toString(BYTES_MAX));
    return Nivel.open(NivelConfig.of(stores.stores().variables(name, variables)));
  }

  /** Reads the first conversations. */
  static void preload(Nivel nivel, int conversations) {
    for (int i = 0; i < conversations; i += PRELOADED) {
      List<String> ids = IntStream.range(i, Math.min(conversations, i + PRELOADED))
          .mapToObj(GrownStores::id)
          .toList();
      nivel.preload(ids);
    }
  }
}
