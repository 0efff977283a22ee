package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.Field;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many conversations are preloaded by one call: the shorter the last ones were, the more, so
 * that far stores are asked less often, and calls seldom move much more than they should: only
 * where long ones follow short ones. For one thread.
 */
final class PortionSize {
  static final int FIRST = 25;
  static final int MAX = 100;
  /** What a portion should have together, and what is brought to L2 at a time. */
  static final long BYTES = 1L << 20;
  /** How many portions are on their way at a time. */
  static final int AT_A_TIME = 4;
  /** So many are worth a call of their own though they would be within another one. */
  private static final int WORTH_A_CALL = 50;

  private int size;

  /** Begins with so many. */
  PortionSize(int first) {
    size = first;
  }

  int next() {
    return size;
  }

  /** The first portions of conversations, to be on their way together; about equally many each. */
  List<List<String>> firstOf(List<String> ids) {
    int count = Math.min(ids.size(), AT_A_TIME * size);
    int needed = (count + size - 1) / size;
    int portions = Math.min(AT_A_TIME, Math.max(needed, count / WORTH_A_CALL));
    return IntStream.range(0, portions)
        .mapToObj(i -> ids.subList(i * count / portions, (i + 1) * count / portions))
        .toList();
  }

  /** Learns how long those of some portions were that were not in L1. */
  void adapt(int conversations, long bytes) {
    if (conversations > 0) {
      long average = 1 + bytes / conversations;
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
