package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Of two writes on one node, one after the other, the later has the greater version (I2). On both
 * sides of a partition that is not promised.
 */
final class AcknowledgedOrder {
  private final List<Violation> violations;

  AcknowledgedOrder(List<Violation> violations) {
    this.violations = violations;
  }

  /** Where an order holds. */
  private record Sequence(int node, boolean isItems, String name) {
    static Sequence of(Operation write) {
      return new Sequence(write.call().node(), write.call().kind() == Kind.APPEND,
          write.call().name());
    }
  }

  void check(List<Operation> operations) {
    List<Operation> writes = operations.stream()
        .filter(operation -> operation.isOk() && !operation.call().texts().isEmpty())
        .toList();
    List<Operation> byEnd = writes.stream()
        .sorted(Comparator.comparingLong(Operation::end))
        .toList();
    Map<Sequence, Operation> latest = new HashMap<>();
    int ended = 0;
    for (Operation write : writes.stream()
        .sorted(Comparator.comparingLong(Operation::start))
        .toList()) {
      for (; byEnd.get(ended).end() < write.start(); ended++) {
        latest.merge(Sequence.of(byEnd.get(ended)), byEnd.get(ended),
            (a, b) -> greatest(a) >= greatest(b) ? a : b);
      }
      Operation before = latest.get(Sequence.of(write));
      if (before != null && Collections.min(write.reply().stamps()) <= greatest(before)) {
        violations.add(new Violation(Rule.REORDERED,
            "the later write has the lesser version", List.of(before, write)));
      }
    }
  }

  private static long greatest(Operation write) {
    return Collections.max(write.reply().stamps());
  }
}
