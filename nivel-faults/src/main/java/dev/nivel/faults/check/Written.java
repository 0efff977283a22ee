package dev.nivel.faults.check;

import dev.nivel.faults.history.Operation;
import java.util.Arrays;

/** A value that a client tried to write, and what is known of it. For use by one thread. */
final class Written {
  /** Not yet. */
  static final long NEVER = Long.MAX_VALUE;

  private final Operation operation;
  private final int index;
  private final long[] knownAt;
  private final boolean isSpread;
  private long stamp;

  /**
   * A value.
   *
   * @param isSpread whether another node than the one that acknowledged it may have written it
   */
  Written(Operation operation, int index, int nodes, boolean isSpread) {
    this.operation = operation;
    this.index = index;
    this.isSpread = isSpread;
    knownAt = new long[nodes];
    Arrays.fill(knownAt, NEVER);
    if (operation.isOk()) {
      stamp = operation.reply().stamps().get(index);
      learn(operation.call().node(), operation.end());
    }
  }

  Operation operation() {
    return operation;
  }

  String text() {
    return operation.call().texts().get(index);
  }

  /** Its version or id; 0 as long as nobody has seen any. */
  long stamp() {
    return stamp;
  }

  /** Learns the stamp of an unacknowledged write from a read. */
  void learnStamp(long seen) {
    stamp = seen;
  }

  boolean isSpread() {
    return isSpread;
  }

  /** A client of a node knows since then that it is in effect. */
  void learn(int node, long at) {
    knownAt[node] = Math.min(knownAt[node], at);
  }

  /** Since when any client knows that it is in effect. */
  long knownBy() {
    return Arrays.stream(knownAt).min().orElse(NEVER);
  }

  /**
   * Since when clients of a node must see it. News from other nodes may take a time, and until then
   * one level of the node may have it and another not: a client may see it and then not (I4).
   */
  long dueAt(int node, long lagNanos) {
    boolean isOwn = operation.call().node() == node && !isSpread;
    long due = isOwn || knownAt[node] == NEVER ? knownAt[node] : knownAt[node] + lagNanos;
    for (int other = 0; other < knownAt.length; other++) {
      if (other != node && knownAt[other] != NEVER) {
        due = Math.min(due, knownAt[other] + lagNanos);
      }
    }
    return due;
  }
}
