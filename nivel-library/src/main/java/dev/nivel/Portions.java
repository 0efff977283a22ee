package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.Field;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many conversations of a preload are on their way together, and in which portions, each of
 * which is asked for by one call: the shorter the last ones were, the more, so that far stores are
 * asked less often, and stores seldom have to move much more at a time than they should: only where
 * long ones follow short ones. For one thread.
 */
final class Portions {
  /** How many are on their way together while nothing is known of them. */
  static final int FIRST = 25;
  /** How many a portion may have. */
  static final int PORTION_MAX = 100;
  /** How many portions there may be. */
  static final int MAX = 4;
  /** What is on its way together should be no more than that. */
  static final long BYTES = 1L << 20;
  /** Where portions would still have so many each, there are more of them than are needed. */
  private static final int WORTH_A_CALL = 50;

  private int together;

  /** Begins with so many together. */
  Portions(int together) {
    this.together = together;
  }

  /** How many are to be on their way together, if there are workers for it. */
  int together() {
    return together;
  }

  /** How many portions the first ones of so many conversations are worth. */
  int wanted(int conversations) {
    int count = Math.min(conversations, together);
    int needed = (count + PORTION_MAX - 1) / PORTION_MAX;
    return Math.min(MAX, Math.max(needed, count / WORTH_A_CALL));
  }

  /** The first ones of conversations, in so many portions of about the same size. */
  List<List<String>> divide(List<String> ids, int portions) {
    int count = Math.min(Math.min(ids.size(), together), portions * PORTION_MAX);
    return IntStream.range(0, portions)
        .mapToObj(i -> ids.subList(i * count / portions, (i + 1) * count / portions))
        .toList();
  }

  /** Learns how long those were that were not in L1. */
  void adapt(int conversations, long bytes) {
    if (conversations > 0) {
      long average = 1 + bytes / conversations;
      together = (int) Math.max(1, Math.min(MAX * PORTION_MAX, BYTES / average));
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
