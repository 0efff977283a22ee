package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.Field;
import java.util.Collection;

/**
 * How many conversations are preloaded at a time: the shorter the last ones were, the more, so that
 * far stores are asked less often, and calls seldom move much more than they should: only where
 * long ones follow short ones. For one thread.
 */
final class PortionSize {
  static final int FIRST = 25;
  static final int MAX = 100;
  /** What a portion should have together, and what one call brings to L2. */
  static final long BYTES = 1L << 20;

  private int size;

  /** Begins with so many. */
  PortionSize(int first) {
    size = first;
  }

  int next() {
    return size;
  }

  /** Learns how long those of a portion were that were not in L1. */
  void adapt(Collection<Contents> loaded) {
    if (!loaded.isEmpty()) {
      long average = 1 + loaded.stream().mapToLong(PortionSize::bytes).sum() / loaded.size();
      size = (int) Math.max(1, Math.min(MAX, BYTES / average));
    }
  }

  /** The bytes of what a conversation holds. */
  static long bytes(Contents contents) {
    long bytes = 0;
    for (Field field : contents.fields()) {
      bytes += field.contentBytes();
    }
    return bytes;
  }
}
