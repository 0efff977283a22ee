package dev.nivel.faults.check;

import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Outcome;
import dev.nivel.faults.history.Reply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Appends that were repeated with the same key and body are one append: from the first request to
 * the first acknowledgement, with what that says. All acknowledgements must say the same, and none
 * of the requests may be taken for another's.
 */
final class Attempts {
  private static final int CONFLICT = 409;

  private final Survival survival;
  private final List<Violation> violations;

  /**
   * @param survival a key may be forgotten where an acknowledged write may
   */
  Attempts(Survival survival, List<Violation> violations) {
    this.survival = survival;
    this.violations = violations;
  }

  /** The operations with all attempts under a key as one. */
  List<Operation> merge(List<Operation> operations) {
    List<Operation> merged = new ArrayList<>();
    Map<String, List<Operation>> byKey = new LinkedHashMap<>();
    for (Operation operation : operations) {
      String key = operation.call().key();
      if (key.isEmpty()) {
        merged.add(operation);
      } else {
        byKey.computeIfAbsent(key, any -> new ArrayList<>()).add(operation);
      }
    }
    byKey.values().forEach(attempts -> merged.add(one(attempts)));
    return merged;
  }

  private Operation one(List<Operation> attempts) {
    List<Operation> sorted = attempts.stream()
        .sorted(Comparator.comparingLong(Operation::start))
        .toList();
    List<Operation> acknowledged = sorted.stream().filter(Operation::isOk).toList();
    compare(sorted, acknowledged);
    if (!acknowledged.isEmpty()) {
      Operation first = acknowledged.getFirst();
      return with(sorted, first.end(), first.reply());
    }
    boolean isUnknown = sorted.stream().anyMatch(Operation::isUnknown);
    return with(sorted, sorted.getLast().end(), isUnknown ? Reply.without(Outcome.UNKNOWN, 0)
        : sorted.getLast().reply());
  }

  private static Operation with(List<Operation> attempts, long end, Reply reply) {
    Operation first = attempts.getFirst();
    return new Operation(first.call(), first.start(), end, reply);
  }

  private void compare(List<Operation> attempts, List<Operation> acknowledged) {
    for (Operation attempt : attempts) {
      if (attempt.reply().status() == CONFLICT) {
        report("it is taken for another request with the same key", attempts);
      }
    }
    for (Operation again : acknowledged) {
      Operation first = acknowledged.getFirst();
      if (!again.reply().stamps().equals(first.reply().stamps()) && survival.keeps(first)) {
        report("repeated, it is answered with other ids", List.of(first, again));
      }
    }
  }

  private void report(String message, List<Operation> attempts) {
    violations.add(new Violation(Rule.MISTAKEN, message, attempts));
  }
}
