package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One entry: reads return what is known to be written or something newer (I1, I2, I4), and nothing
 * that is known to be deleted (I5).
 */
final class EntryCheck {
  private final ConversationHistory history;
  private final String name;
  private final Removals removals;
  private final List<Violation> violations;

  EntryCheck(ConversationHistory history, String name, List<Violation> violations) {
    this.history = history;
    this.name = name;
    this.violations = violations;
    removals = Removals.among(history.operations(), name);
  }

  /** What is known in one place. */
  private static final class Place {
    /** The greatest version that is known to be in effect; null if none is. */
    @Nullable Written floor;
    long floorStamp;
    boolean isFloorRead;
    /** What was in effect before is gone. */
    long goneBefore = Long.MIN_VALUE;
    @Nullable Operation goneBy;

    void atLeast(Written written, long stamp, boolean isRead) {
      if (stamp > floorStamp) {
        floor = written;
        floorStamp = stamp;
        isFloorRead = isRead;
      }
    }

    void gone(Operation by) {
      if (by.start() > goneBefore) {
        goneBefore = by.start();
        goneBy = by;
      }
    }

    /** A read that found nothing tells nothing of what another node wrote just before (I4). */
    boolean isGone(Written written) {
      Operation by = goneBy;
      boolean mayBeUnseen = by != null && !by.call().kind().isWrite()
          && by.call().node() != written.operation().call().node();
      return written.knownBy() + (mayBeUnseen ? Timeline.LAG_NANOS : 0) < goneBefore;
    }
  }

  void run() {
    Timeline<Place> timeline = new Timeline<>(
        Stream.generate(Place::new).limit(history.nodes() + 1L).toList());
    for (Written written : history.entryWrites(name)) {
      if (written.operation().isOk() && history.mustStay(written)) {
        timeline.known(written.operation().call().node(), written.operation().end(),
            place -> place.atLeast(written, written.stamp(), false));
      }
    }
    for (Operation removal : removals.acknowledged()) {
      if (!mustStay(removal)) {
        continue;
      }
      if (Removals.isComplete(removal)) {
        timeline.known(removal.call().node(), removal.end(), place -> place.gone(removal));
      } else {
        timeline.knownAtTheEnd(place -> place.gone(removal));
      }
    }
    history.readings()
        .stream()
        .filter(reading -> reading.tellsEntry(name) && !reading.isStale())
        .filter(reading -> reading.isFinal()
            || !removals.meetErasure(reading.start(), reading.end()))
        .forEach(reading -> addReading(timeline, reading));
    timeline.run();
  }

  private boolean mustStay(Operation removal) {
    return removal.call().kind() == Kind.ERASE
        || history.conditions().survival().keepsDeletions();
  }

  private void addReading(Timeline<Place> timeline, Reading reading) {
    @Nullable Version version = reading.seen().entries().get(name);
    timeline.read(reading, place -> check(place, reading, version));
    @Nullable Operation operation = reading.operation();
    if (operation == null) {
      return;
    }
    int node = operation.call().node();
    if (version == null) {
      if (history.conditions().survival().keepsDeletions()) {
        timeline.known(node, operation.end(), place -> place.gone(operation));
      }
      return;
    }
    @Nullable Written written = history.written(version.text());
    if (written != null && history.mustStay(written)) {
      boolean isOwn = written.operation().call().node() == node;
      timeline.known(node, operation.end() + (isOwn ? 0 : Timeline.LAG_NANOS),
          place -> place.atLeast(written, version.stamp(), true));
    }
  }

  private void check(Place place, Reading reading, @Nullable Version version) {
    @Nullable Written floor = place.floor;
    if (version == null) {
      if (floor != null && !removals.mayExplain(floor.operation().start(), reading.end())) {
        report(reading.isFinal() ? Rule.LOST : Rule.STALE, "version " + place.floorStamp + " of "
            + name + " is in effect, and " + reading.source() + " has nothing", reading,
            floor.operation());
      }
      return;
    }
    if (floor != null && version.stamp() < place.floorStamp) {
      Rule rule = reading.isFinal() ? Rule.LOST : place.isFloorRead ? Rule.REORDERED : Rule.STALE;
      report(rule, "version " + place.floorStamp + " of " + name + " is in effect, and "
          + reading.source() + " has " + version.stamp(), reading, floor.operation());
    }
    @Nullable Written written = history.written(version.text());
    if (written != null && place.isGone(written)) {
      report(Rule.RESURRECTED, "version " + version.stamp() + " of " + name + " is gone, and "
          + reading.source() + " has it", reading, place.goneBy, written.operation());
    }
  }

  private void report(Rule rule, String message, Reading reading,
      @Nullable Operation... others) {
    List<Operation> operations = new ArrayList<>(reading.operations());
    for (@Nullable Operation other : others) {
      if (other != null) {
        operations.add(other);
      }
    }
    violations.add(new Violation(rule, history.conversation() + ": " + message, operations));
  }
}
