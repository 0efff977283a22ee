package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Outcome;
import dev.nivel.faults.history.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Appends that were repeated with the same key and body, on whichever nodes, are one append: from
 * the first request to the first acknowledgement, with what that says. All acknowledgements must
 * say the same, and none of the requests may be taken for another's. A key is forgotten with its
 * conversation, by an erasure, and where Redis loses what nobody has acknowledged; what is repeated
 * then is a new append.
 */
final class Attempts {
  private static final int CONFLICT = 409;

  private final Survival survival;
  private final List<Violation> violations;
  private final Set<String> forgotten = new HashSet<>();
  private final Set<String> spread = new HashSet<>();
  private final Map<String, Removals> erased = new HashMap<>();

  private final Duration longestFault;

  Attempts(Survival survival, Duration longestFault, List<Violation> violations) {
    this.survival = survival;
    this.longestFault = longestFault;
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
    Map<String, List<Operation>> erasures = operations.stream()
        .filter(operation -> operation.call().kind() == Kind.ERASE)
        .collect(Collectors.groupingBy(operation -> operation.call().conversation()));
    erasures.forEach((conversation, all) -> erased.put(conversation,
        Removals.among(all, "", longestFault)));
    byKey.forEach((key, attempts) -> {
      String conversation = attempts.getFirst().call().conversation();
      if (!survival.ofRedis()
          || mayErase(erased.get(conversation), attempts)) {
        forgotten.add(key);
      }
      if (attempts.stream().map(attempt -> attempt.call().node()).distinct().count() > 1) {
        spread.add(key);
      }
      merged.add(one(attempts));
    });
    return merged;
  }

  /** Whether the key of an append may have been forgotten between two attempts. */
  boolean mayBeForgotten(Operation append) {
    return forgotten.contains(append.call().key());
  }

  /** Whether a read met an erasure of what was appended. */
  boolean meetErasure(Operation append, long id, Reading reading) {
    @Nullable Removals removals = erased.get(append.call().conversation());
    return removals != null && removals.met(reading, id, append.start()).isPresent();
  }

  /** Whether several nodes were asked for an append. */
  boolean isSpread(Operation append) {
    return spread.contains(append.call().key());
  }

  /** What a client waits for no more, a server that was paused may carry out later. */
  private static boolean mayErase(@Nullable Removals erasures, List<Operation> attempts) {
    long start = attempts.stream().mapToLong(Operation::start).min().orElse(0);
    long end = attempts.stream()
        .mapToLong(attempt -> attempt.isUnknown() ? Long.MAX_VALUE : attempt.end())
        .max()
        .orElse(0);
    long id = attempts.stream()
        .filter(Operation::isOk)
        .mapToLong(attempt -> attempt.reply().stamps().getFirst())
        .min()
        .orElse(Long.MAX_VALUE);
    return erasures != null && attempts.size() > 1 && erasures.mayErase(id, start, end);
  }

  private Operation one(List<Operation> attempts) {
    List<Operation> sorted = attempts.stream()
        .sorted(Comparator.comparingLong(Operation::start))
        .toList();
    List<Operation> acknowledged = sorted.stream()
        .filter(Operation::isOk)
        .sorted(Comparator.comparingLong(Operation::end))
        .toList();
    compare(sorted, acknowledged);
    long start = sorted.getFirst().start();
    if (!acknowledged.isEmpty()) {
      Operation first = acknowledged.getFirst();
      return new Operation(first.call(), start, first.end(), first.reply());
    }
    boolean isUnknown = sorted.stream().anyMatch(Operation::isUnknown);
    Operation last = sorted.getLast();
    return new Operation(sorted.getFirst().call(), start, last.end(),
        isUnknown ? Reply.without(Outcome.UNKNOWN, 0) : last.reply());
  }

  private void compare(List<Operation> attempts, List<Operation> acknowledged) {
    for (Operation attempt : attempts) {
      if (attempt.reply().status() == CONFLICT) {
        report("it is taken for another request with the same key", attempts);
      }
    }
    for (Operation again : acknowledged) {
      Operation first = acknowledged.getFirst();
      if (!again.reply().stamps().equals(first.reply().stamps()) && !mayBeForgotten(first)) {
        report("repeated, it is answered with other ids", List.of(first, again));
      }
    }
  }

  private void report(String message, List<Operation> attempts) {
    violations.add(new Violation(Rule.MISTAKEN, message, attempts));
  }
}
