package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that was done with one conversation. Immutable but for what is learnt of its values.
 *
 * @param operations those with an effect or an answer
 * @param readings of them and at the end
 * @param writes values that were to be written to it
 * @param conditions of the run
 */
record ConversationHistory(String conversation, List<Operation> operations,
    List<Reading> readings, List<Written> writes, Conditions conditions) {

  /**
   * What the rules depend on.
   *
   * @param nodes how many servers there were
   * @param survival what the faults have left: what was seen, but never acknowledged as durable,
   *     may go with Redis
   * @param longestFault how long a server may have been held up
   * @param attempts which appends were repeated
   * @param index all values of the run
   * @param exemptions takes in what looks wrong and is not promised
   */
  record Conditions(int nodes, Survival survival, Duration longestFault, Attempts attempts,
      WrittenIndex index, Exemptions exemptions) {}

  int nodes() {
    return conditions.nodes();
  }

  @Nullable
  Written written(String text) {
    return conditions.index().of(text);
  }

  /** Those of an entry; or of the items, if the name is empty. */
  Removals removals(String name) {
    return Removals.among(operations, name, conditions.longestFault());
  }

  /** Whether a read may lack a value, for it is removed, or may be, which is counted. */
  boolean isRemoved(Removals removals, long stamp, Operation write, Reading reading) {
    Optional<Operation> by = removals.explanation(stamp, write.start(), reading.end());
    by.filter(Operation::isUnknown).ifPresent(removal -> countOpen(removal, reading));
    return by.isPresent();
  }

  /** Whether a read met an erasure under way that reaches a value; that is counted. */
  boolean isBeingErased(Removals removals, long stamp, Operation write, Reading reading) {
    Optional<Operation> by = removals.met(reading, stamp, write.start());
    by.ifPresent(removal -> countOpen(removal, reading));
    return by.isPresent();
  }

  private void countOpen(Operation removal, Reading reading) {
    conditions.exemptions()
        .count(Exemption.REMOVAL_UNDER_WAY,
            reading.isFinal() ? 0 : reading.start() - removal.end());
  }

  /** Whether a value that somebody has seen must stay until something newer takes its place. */
  boolean mustStay(Written written) {
    return conditions.survival().keeps(written.operation());
  }

  List<Written> entryWrites(String name) {
    return writes.stream()
        .filter(written -> written.operation().call().name().equals(name))
        .toList();
  }

  List<Written> itemWrites() {
    return writes.stream()
        .filter(written -> written.operation().call().kind() == Kind.APPEND)
        .toList();
  }
}
