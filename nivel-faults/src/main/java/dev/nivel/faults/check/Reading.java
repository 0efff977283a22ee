package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Seen;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was read of a conversation, by an operation or at the end.
 *
 * @param operation null at the end
 * @param source who said so
 */
record Reading(@Nullable Operation operation, String source, Seen seen) {

  static Reading of(Operation operation) {
    return new Reading(operation, "node " + operation.call().node(), operation.reply().seen());
  }

  static Reading atTheEnd(FinalState state, String conversation) {
    return new Reading(null, state.source(), state.of(conversation));
  }

  boolean isFinal() {
    return operation == null;
  }

  long start() {
    return operation == null ? Long.MAX_VALUE : operation.start();
  }

  long end() {
    return operation == null ? Long.MAX_VALUE : operation.end();
  }

  /** Whether it says of itself that it may be outdated. */
  boolean isStale() {
    return operation != null && operation.reply().isStale();
  }

  /** Whether it tells whether there is an entry of this name. */
  boolean tellsEntry(String name) {
    return operation == null || operation.call().kind() == Kind.READ_ALL
        || (operation.call().kind() == Kind.READ_ENTRY && operation.call().name().equals(name));
  }

  boolean tellsItems() {
    return operation == null || operation.call().kind() != Kind.READ_ENTRY;
  }

  /** Which ids it would have to name, from this one on. */
  long from() {
    if (operation != null && operation.call().kind() == Kind.READ_AFTER) {
      return operation.call().argument() + 1;
    }
    return seen.hasMore() && !seen.items().isEmpty() ? seen.items().getFirst().stamp() : 0;
  }

  /** Which ids it would have to name, up to this one. */
  long to() {
    boolean isCutShort = operation != null && operation.call().kind() == Kind.READ_AFTER
        && seen.hasMore() && !seen.items().isEmpty();
    return isCutShort ? seen.items().getLast().stamp() : Long.MAX_VALUE;
  }

  List<Operation> operations() {
    return operation == null ? List.of() : List.of(operation);
  }
}
