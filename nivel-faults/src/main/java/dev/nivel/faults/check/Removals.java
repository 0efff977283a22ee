package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import java.util.Comparator;
import java.util.List;

/**
 * Deletions and erasures that may have removed something: for each read that found nothing, whether
 * one of them explains that. Immutable.
 */
final class Removals {
  private static final int ACCEPTED = 202;

  private final List<Operation> all;
  /** The latest end of a removal among those up to here in the order of their starts. */
  private final long[] latestEnd;

  private Removals(List<Operation> all) {
    this.all = all;
    latestEnd = new long[all.size()];
    long latest = Long.MIN_VALUE;
    for (int i = 0; i < latestEnd.length; i++) {
      latest = Math.max(latest, isComplete(all.get(i)) ? all.get(i).end() : Long.MAX_VALUE);
      latestEnd[i] = latest;
    }
  }

  /** Those among operations that concern an entry; or the items, if the name is empty. */
  static Removals among(List<Operation> operations, String name) {
    return new Removals(operations.stream()
        .filter(operation -> operation.isOk() || operation.isUnknown())
        .filter(operation -> operation.call().kind() == Kind.ERASE || (!name.isEmpty()
            && operation.call().kind() == Kind.DELETE && operation.call().name().equals(name)))
        .sorted(Comparator.comparingLong(Operation::start))
        .toList());
  }

  /** Those that were acknowledged, be it that some node has still to follow. */
  List<Operation> acknowledged() {
    return all.stream().filter(Operation::isOk).toList();
  }

  /** Whether everything that was there before is gone when it is acknowledged. */
  static boolean isComplete(Operation removal) {
    return removal.isOk() && removal.reply().status() != ACCEPTED;
  }

  /**
   * Whether a read met an erasure under way. It goes from level to level, and until its receipt
   * says that all have followed, one level may have what another has no more.
   */
  boolean meetErasure(long readStart, long readEnd) {
    return all.stream()
        .anyMatch(removal -> removal.call().kind() == Kind.ERASE && removal.start() < readEnd
            && (!isComplete(removal) || removal.end() > readStart));
  }

  /** Whether what was written from a time on may be gone for a read that ended at another. */
  boolean mayExplain(long writeStart, long readEnd) {
    int low = 0;
    int high = all.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (all.get(middle).start() < readEnd) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low > 0 && latestEnd[low - 1] > writeStart;
  }
}
