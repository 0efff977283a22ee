package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import java.util.List;
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
   * @param attempts which appends were repeated
   * @param index all values of the run
   * @param exemptions takes in what looks wrong and is not promised
   */
  record Conditions(int nodes, Survival survival, Attempts attempts, WrittenIndex index,
      Exemptions exemptions) {}

  int nodes() {
    return conditions.nodes();
  }

  @Nullable
  Written written(String text) {
    return conditions.index().of(text);
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
