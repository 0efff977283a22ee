package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Version;
import dev.nivel.faults.load.Texts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All values that clients tried to write, by their text. Checks of each value that is read that it
 * was written (I7), to this conversation (I6), and was not refused.
 */
final class WrittenIndex {
  private final Map<String, Written> byText = new HashMap<>();
  private final List<Violation> violations;
  private final int nodes;
  private final Attempts attempts;

  WrittenIndex(int nodes, Attempts attempts, List<Violation> violations) {
    this.nodes = nodes;
    this.attempts = attempts;
    this.violations = violations;
  }

  void add(Operation write) {
    for (int i = 0; i < write.call().texts().size(); i++) {
      Written written = new Written(write, i, nodes, attempts.isSpread(write));
      byText.put(written.text(), written);
    }
  }

  @Nullable
  Written of(String text) {
    return byText.get(text);
  }

  Collection<Written> all() {
    return byText.values();
  }

  /** Takes in what a read of a conversation has returned. */
  void observe(String conversation, Reading reading) {
    reading.seen().entries().forEach((name, version) -> {
      @Nullable Written written = check(conversation, version, reading);
      if (written != null) {
        checkEntry(written, name, version, reading);
      }
    });
    Set<Written> items = new HashSet<>();
    for (Version item : reading.seen().items()) {
      @Nullable Written written = check(conversation, item, reading);
      boolean isAgain = written != null && !items.add(written);
      if (written != null && isAgain && !isBeingErased(written, item, reading)) {
        report(Rule.ALTERED, reading.source() + " has it twice", reading, written);
      } else if (written != null) {
        checkItem(written, item, reading);
      }
    }
  }

  private @Nullable Written check(String conversation, Version version, Reading reading) {
    @Nullable Written written = byText.get(version.text());
    if (written == null) {
      boolean isForeign = !Texts.conversationOf(version.text()).equals(conversation);
      report(isForeign ? Rule.FOREIGN : Rule.ALTERED, "nobody wrote what " + reading.source()
          + " returned of " + conversation + " at " + version.stamp() + ": " + version.text(),
          reading, null);
      return null;
    }
    Operation write = written.operation();
    if (!write.call().conversation().equals(conversation)) {
      report(Rule.FOREIGN, reading.source() + " returned it of " + conversation, reading, written);
      return null;
    }
    if (!write.isOk() && !write.isUnknown()) {
      report(Rule.HALF_DONE, "it was refused, and " + reading.source() + " returned it", reading,
          written);
    }
    @Nullable Operation operation = reading.operation();
    if (operation != null && !isAnotherAppend(written, version)) {
      written.learn(operation.call().node(), operation.end());
    }
    return written;
  }

  /** An entry whose write was tried anew may have been visible under its first, lesser version. */
  private void checkEntry(Written written, String name, Version version, Reading reading) {
    if (!written.operation().call().name().equals(name)) {
      report(Rule.ALTERED, reading.source() + " returned it as " + name, reading, written);
    } else if (!written.operation().isOk()) {
      written.learnStamp(Math.max(written.stamp(), version.stamp()));
    } else if (version.stamp() > written.stamp()) {
      report(Rule.ALTERED, "its version was " + written.stamp() + ", and " + reading.source()
          + " returned it as " + version.stamp(), reading, written);
    }
  }

  private void checkItem(Written written, Version item, Reading reading) {
    if (written.operation().call().kind() != Kind.APPEND) {
      report(Rule.ALTERED, reading.source() + " returned an entry as an item", reading, written);
    } else if (written.stamp() == 0) {
      written.learnStamp(item.stamp());
    } else if (written.stamp() != item.stamp() && !isAnotherAppend(written, item)) {
      report(Rule.ALTERED, "it appears twice, as " + written.stamp() + " and as " + item.stamp()
          + " from " + reading.source(), reading, written);
    }
  }

  /** What is repeated when its key was forgotten gets an id of its own. */
  private boolean isAnotherAppend(Written written, Version version) {
    return written.stamp() != 0 && written.stamp() != version.stamp()
        && attempts.mayBeForgotten(written.operation());
  }

  /** The first of two may be seen until all nodes have erased it. */
  private boolean isBeingErased(Written written, Version item, Reading reading) {
    long first = written.stamp() == 0 ? item.stamp() : Math.min(item.stamp(), written.stamp());
    return attempts.mayBeForgotten(written.operation())
        && attempts.meetErasure(written.operation(), first, reading);
  }

  private void report(Rule rule, String message, Reading reading, @Nullable Written written) {
    List<Operation> operations = new ArrayList<>(reading.operations());
    if (written != null) {
      operations.add(written.operation());
    }
    violations.add(new Violation(rule, message, operations));
  }
}
