package dev.nivel.bench.l1;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;

/** What full collections of garbage leave of the heap. Stateless. */
public final class HeapLeft {
  private static final int COLLECTIONS_MAX = 10;

  private HeapLeft() {}

  /**
   * The bytes that are left by as many collections as find something: what they clear may keep more
   * alive. As of their ends, since a thread that allocates anything later takes a whole buffer.
   */
  public static long bytes() {
    long left = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS_MAX; i++) {
      System.gc();
      long now = ManagementFactory.getMemoryPoolMXBeans()
          .stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .mapToLong(pool -> pool.getCollectionUsage().getUsed())
          .sum();
      if (now >= left) {
        return left;
      }
      left = now;
    }
    return left;
  }
}
