package dev.nivel;

/** How many rows the next statement takes: grows while all goes well, shrinks on trouble. */
final class ChunkSize {
  /** What the values of a chunk have together at most, but for a chunk of one. */
  static final long BYTES_MAX = 4L << 20;

  private final int max;
  private int size;

  ChunkSize(int first, int max) {
    size = Math.min(first, max);
    this.max = max;
  }

  int next() {
    return size;
  }

  /** Whether a smaller chunk may fare better. */
  boolean canShrink() {
    return size > 1;
  }

  /** Learns how the last chunk went. */
  void adapt(boolean wasStored) {
    size = wasStored ? Math.min(max, size * 2) : Math.max(1, size / 2);
  }
}
