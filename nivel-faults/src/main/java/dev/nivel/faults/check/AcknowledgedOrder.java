package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Of two writes one after the other, the later has the greater version (I2): on one node, and on
 * several if one store has taken in both. On both sides of a partition that is not promised; it is
 * counted.
 */
final class AcknowledgedOrder {
  private static final String ANY = "any";

  private final ConversationHistory history;
  private final List<Violation> violations;

  AcknowledgedOrder(ConversationHistory history, List<Violation> violations) {
    this.history = history;
    this.violations = violations;
  }

  /** Where an order holds: on a node, or in a store. */
  private record Sequence(String place, boolean isItems, String name) {}

  private List<Sequence> sequences(Operation write) {
    List<Sequence> sequences = new ArrayList<>();
    sequences.add(sequence(write, ANY));
    sequences.add(sequence(write, "node " + write.call().node()));
    Stores.of(write)
        .stream()
        .filter(store -> isOrderedBy(store, write))
        .forEach(store -> sequences.add(sequence(write, store)));
    return sequences;
  }

  private static Sequence sequence(Operation write, String place) {
    return new Sequence(place, write.call().kind() == Kind.APPEND, write.call().name());
  }

  /** PostgreSQL takes in an item that is not the last: it may be one of unknown outcome. */
  private boolean isOrderedBy(String store, Operation write) {
    return store.equals(Stores.REDIS) ? history.conditions().survival().ofRedis()
        : write.call().kind() != Kind.APPEND;
  }

  void check() {
    List<Operation> writes = history.operations()
        .stream()
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
        Operation before = byEnd.get(ended);
        sequences(before).forEach(sequence -> latest.merge(sequence, before,
            (a, b) -> greatest(a) >= greatest(b) ? a : b));
      }
      check(write, latest);
    }
  }

  private void check(Operation write, Map<Sequence, Operation> latest) {
    if (history.conditions().attempts().isSpread(write)) {
      return; // it may have been made on another node, and in another store, than it was answered
    }
    for (Sequence sequence : sequences(write).reversed()) {
      @Nullable Operation before = latest.get(sequence);
      if (before == null || Collections.min(write.reply().stamps()) > greatest(before)) {
        continue;
      }
      if (sequence.place().equals(ANY)) {
        history.conditions()
            .exemptions()
            .count(Exemption.ORDERED_BY_CLOCKS, write.start() - before.end());
      } else {
        violations.add(new Violation(Rule.REORDERED,
            "of two writes in " + sequence.place() + " the later has the lesser version",
            List.of(before, write)));
        return;
      }
    }
  }

  private static long greatest(Operation write) {
    return Collections.max(write.reply().stamps());
  }
}
