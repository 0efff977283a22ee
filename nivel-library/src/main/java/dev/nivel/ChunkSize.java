package dev.nivel;

/** How many rows the next statement takes: grows from one to the next, shrinks on trouble. */
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

  /** To be said when a chunk of this size is on its way. */
  void grow() {
    size = Math.min(max, size * 2);
  }

  /** Learns that a chunk failed: the next has half of its rows at most, and half of its size. */
  void halve(OutboxIndex.Chunk failed) {
    size = Math.max(1, Math.min(failed.rowsMax(), failed.writes().size()) / 2);
  }
}
