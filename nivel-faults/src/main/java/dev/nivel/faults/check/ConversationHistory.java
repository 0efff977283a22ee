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
   * @param index all values of the run
   */
  record Conditions(int nodes, Survival survival, WrittenIndex index) {

    /**
     * Whether a conditional write must replace the very version that it names. Of several nodes
     * one may write past Redis, which it can't reach, while another has Redis judge a condition:
     * that order is not promised.
     */
    boolean areConditionsJudged() {
      return nodes == 1;
    }
  }

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
