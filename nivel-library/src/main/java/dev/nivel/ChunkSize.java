package dev.nivel;

/** How many rows the next statement takes: grows while all goes well, shrinks on trouble. */
final class ChunkSize {
  private final int max;
  private int size;

  ChunkSize(int first, int max) {
    size = Math.min(first, max);
    this.max = max;
  }

  int next() {
    return size;
  }

  /** Learns how the last chunk went. */
  void adapt(boolean wasStored) {
    size = wasStored ? Math.min(max, size * 2) : Math.max(1, size / 2);
  }
}
