package dev.nivel.faults.check;

import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The items of a conversation: reads return those that are known to be there (I1, I4), none that
 * are known to be erased (I5), in the order of their ids (I2).
 */
final class ItemsCheck {
  private final ConversationHistory history;
  private final Removals removals;
  private final List<Violation> violations;

  ItemsCheck(ConversationHistory history, List<Violation> violations) {
    this.history = history;
    this.violations = violations;
    removals = history.removals("");
  }

  /** What is known in one place. */
  private static final class Place {
    final TreeMap<Long, Written> known = new TreeMap<>();
    /** What was acknowledged on this node, and may be news from another one. */
    final TreeMap<Long, Written> repeated = new TreeMap<>();
    /** What was there before is gone. */
    long goneBefore = Long.MIN_VALUE;
    /** What has no greater id is gone. */
    long bar = Long.MIN_VALUE;

    void gone(Operation by) {
      goneBefore = Math.max(goneBefore, by.start());
      bar = Math.max(bar, Removals.bar(by));
      known.values().removeIf(this::isGone);
    }

    boolean isGone(Written written) {
      return written.knownBy() < goneBefore || written.stamp() <= bar;
    }
  }

  void run() {
    Timeline<Place> timeline = new Timeline<>(
        Stream.generate(Place::new).limit(history.nodes() + 1L).toList());
    for (Written written : history.itemWrites()) {
      if (written.knownBy() != Written.NEVER && history.mustStay(written)) {
        addItem(timeline, written);
      }
    }
    for (Operation removal : removals.acknowledged()) {
      if (Removals.isComplete(removal)) {
        timeline.known(removal.call().node(), removal.end(), place -> place.gone(removal));
      } else {
        timeline.knownAtTheEnd(place -> place.gone(removal));
      }
    }
    history.readings()
        .stream()
        .filter(reading -> reading.tellsItems())
        .forEach(reading -> {
          checkOrder(reading);
          if (!reading.isStale()) {
            timeline.read(reading, place -> check(place, reading));
          }
        });
    timeline.run();
  }

  private void addItem(Timeline<Place> timeline, Written written) {
    for (int node = 0; node < history.nodes(); node++) {
      timeline.knownOnlyOn(node, written.dueAt(node, Timeline.LAG_NANOS),
          place -> add(place, written));
    }
    timeline.knownAtTheEnd(place -> add(place, written));
    Operation write = written.operation();
    if (written.isSpread() && write.isOk()) {
      timeline.knownOnlyOn(write.call().node(), write.end(),
          place -> place.repeated.put(written.stamp(), written));
    }
  }

  private static void add(Place place, Written written) {
    if (!place.isGone(written)) {
      place.known.put(written.stamp(), written);
    }
  }

  private void checkOrder(Reading reading) {
    List<Version> items = reading.seen().items();
    for (int i = 1; i < items.size(); i++) {
      if (items.get(i).stamp() <= items.get(i - 1).stamp()) {
        report(Rule.REORDERED, reading.source() + " has item " + items.get(i).stamp() + " after "
            + items.get(i - 1).stamp(), reading, null);
      }
    }
  }

  private void check(Place place, Reading reading) {
    Set<Long> returned = new HashSet<>();
    for (Version item : reading.seen().items()) {
      returned.add(item.stamp());
      @Nullable Written written = history.written(item.text());
      if (written != null && written.stamp() == item.stamp() && place.isGone(written)
          && !history.isBeingErased(removals, item.stamp(), written.operation(), reading)) {
        report(Rule.RESURRECTED, "item " + item.stamp() + " is erased, and " + reading.source()
            + " has it", reading, written.operation());
      }
    }
    if (reading.from() > reading.to()) {
      return;
    }
    place.known.subMap(reading.from(), true, reading.to(), true).forEach((id, written) -> {
      Operation write = written.operation();
      if (!returned.contains(id) && !history.isRemoved(removals, id, write, reading)) {
        report(reading.isFinal() ? Rule.LOST : Rule.STALE, "item " + id + " is there, and "
            + reading.source() + " does not have it", reading, write);
      }
    });
    place.repeated.subMap(reading.from(), true, reading.to(), true).forEach((id, written) -> {
      Operation write = written.operation();
      boolean isUnseen = !returned.contains(id) && !place.known.containsKey(id)
          && !removals.mayExplain(id, write.start(), reading.end());
      if (isUnseen) {
        history.conditions()
            .exemptions()
            .count(Exemption.REPETITION_UNSEEN, reading.start() - write.end());
      }
    });
  }

  private void report(Rule rule, String message, Reading reading, @Nullable Operation other) {
    List<Operation> operations = new ArrayList<>(reading.operations());
    if (other != null) {
      operations.add(other);
    }
    violations.add(new Violation(rule, history.conversation() + ": " + message, operations));
  }
}
