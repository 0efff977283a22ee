package dev.nivel.faults.check;

import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares a history and what the sources hold at its end with the promises.
 *
 * <p>Values are unique, so that a read tells which write it saw. What must be seen is found by
 * going through each conversation once, in the order of time; conditional writes, and what a read
 * has missed, are compared with all writes of their entry or conversation.
 */
public final class Checker {
  private final int nodes;
  private final Survival survival;
  private final Duration longestFault;
  private final List<Violation> violations = new ArrayList<>();
  private final Exemptions exemptions = new Exemptions();
  private final Lags lags = new Lags();

  /**
   * A checker for one history.
   *
   * @param nodes how many servers there were
   * @param survival what the faults have left
   * @param longestFault how long a server may have been held up
   */
  public Checker(int nodes, Survival survival, Duration longestFault) {
    this.nodes = nodes;
    this.survival = survival;
    this.longestFault = longestFault;
  }

  /** What is wrong; empty if nothing is. */
  public List<Violation> check(List<Operation> requests, List<FinalState> states) {
    Attempts attempts = new Attempts(survival, longestFault, violations);
    List<Operation> operations = attempts.merge(requests);
    WrittenIndex index = new WrittenIndex(nodes, attempts, violations);
    operations.forEach(index::add);
    Map<String, List<Operation>> byConversation = operations.stream()
        .collect(Collectors.groupingBy(operation -> operation.call().conversation()));
    Map<String, List<Reading>> readings = new HashMap<>();
    byConversation.forEach((conversation, of) -> {
      List<Reading> all = readings(conversation, of, states);
      readings.put(conversation, all);
      all.forEach(reading -> index.observe(conversation, reading));
    });
    Map<String, List<Written>> writes = index.all()
        .stream()
        .collect(Collectors.groupingBy(written -> written.operation().call().conversation()));
    ConversationHistory.Conditions conditions = new ConversationHistory.Conditions(nodes,
        survival, longestFault, attempts, index, exemptions);
    byConversation.forEach((conversation, of) -> check(new ConversationHistory(conversation, of,
        readings.getOrDefault(conversation, List.of()),
        writes.getOrDefault(conversation, List.of()), conditions), states));
    return violations;
  }

  /** What looked wrong in it and is not promised. */
  public Exemptions exemptions() {
    return exemptions;
  }

  /** How old the writes were that its reads did not see. */
  public Lags lags() {
    return lags;
  }

  private static List<Reading> readings(String conversation, List<Operation> operations,
      List<FinalState> states) {
    List<Reading> readings = new ArrayList<>(operations.stream()
        .filter(operation -> operation.isOk() && !operation.call().kind().isWrite())
        .sorted(Comparator.comparingLong(Operation::end))
        .map(Reading::of)
        .toList());
    states.forEach(state -> readings.add(Reading.atTheEnd(state, conversation)));
    return readings;
  }

  private void check(ConversationHistory history, List<FinalState> states) {
    for (String name : names(history)) {
      new EntryCheck(history, name, violations).run();
      new ConditionCheck(history, name, violations).run();
    }
    new ItemsCheck(history, violations).run();
    new AcknowledgedOrder(history, violations).check();
    new LagMeter(history).measure(lags);
    for (int i = 1; i < states.size(); i++) {
      compare(history.conversation(), states.getFirst(), states.get(i));
    }
  }

  private static Set<String> names(ConversationHistory history) {
    Set<String> names = new TreeSet<>();
    history.operations().forEach(operation -> names.add(operation.call().name()));
    history.readings().forEach(reading -> names.addAll(reading.seen().entries().keySet()));
    names.remove("");
    return names;
  }

  private void compare(String conversation, FinalState a, FinalState b) {
    Seen inA = a.of(conversation);
    Seen inB = b.of(conversation);
    boolean isEqual = inA.entries().equals(inB.entries()) && inA.items().equals(inB.items());
    if (!isEqual) {
      violations.add(new Violation(Rule.DIVERGED, conversation + ": " + a.source() + " has "
          + stamps(inA) + ", " + b.source() + " has " + stamps(inB), List.of()));
    }
  }

  private static String stamps(Seen seen) {
    Map<String, Long> entries = new HashMap<>();
    seen.entries().forEach((name, version) -> entries.put(name, version.stamp()));
    return entries + " and " + seen.items().size() + " items";
  }
}
