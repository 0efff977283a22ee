package dev.nivel.journal;

import java.util.Arrays;

/**
 * Tells which conversations a segment has nothing of, so that an erasure need not read it. Guarded
 * by the lock of {@link Segments}.
 */
final class ConversationHashes {
  private int[] hashes = new int[16];
  private int count;
  private boolean isSorted;

  void add(String conversation) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, Math.max(16, 2 * count));
    }
    hashes[count++] = conversation.hashCode();
    isSorted = false;
  }

  /** Makes it small and quick once nothing is added any more. */
  void compact() {
    hashes = Arrays.stream(hashes, 0, count).sorted().distinct().toArray();
    count = hashes.length;
    isSorted = true;
  }

  /** False only if nothing of the conversation was added. */
  boolean mayHold(String conversation) {
    int hash = conversation.hashCode();
    if (isSorted) {
      return Arrays.binarySearch(hashes, hash) >= 0;
    }
    return Arrays.stream(hashes, 0, count).anyMatch(each -> each == hash);
  }
}
