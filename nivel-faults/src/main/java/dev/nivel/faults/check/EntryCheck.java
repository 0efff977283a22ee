package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    removals = history.removals(name);
  }

  /**
   * A read that found nothing.
   *
   * @param above it tells nothing of what has no greater version
   */
  private record Absence(Operation read, long above) {}

  /** What is known in one place. */
  private static final class Place {
    /** The greatest version that is known to be in effect; null if none is. */
    @Nullable Written floor;
    long floorStamp;
    boolean isFloorRead;
    /** What was in effect before the latest removal is gone. */
    @Nullable Operation removed;
    /** The same of reads that found nothing, by their node. */
    final Map<Integer, Absence> absences = new HashMap<>();
    /** What has no greater version is erased. */
    long bar = Long.MIN_VALUE;
    @Nullable Operation erased;

    void atLeast(Written written, long stamp, boolean isRead) {
      if (stamp > floorStamp) {
        floor = written;
        floorStamp = stamp;
        isFloorRead = isRead;
      }
    }

    void gone(Operation by) {
      @Nullable Operation before = removed;
      if (before == null || by.start() > before.start()) {
        removed = by;
      }
      if (by.call().kind() == Kind.ERASE && Removals.bar(by) > bar) {
        bar = Removals.bar(by);
        erased = by;
      }
    }

    void absent(Absence absence) {
      absences.merge(absence.read.call().node(), absence,
          (a, b) -> a.read.start() > b.read.start() ? a : b);
    }

    /**
     * What shows that it is gone; null if nothing does. Weaker evidence does not take the place of
     * a stronger: a read that found nothing tells nothing of what another node wrote just before.
     */
    @Nullable
    Operation goneBy(Written written, long stamp) {
      @Nullable Operation removal = removed;
      if (removal != null && written.knownBy() < removal.start()) {
        return removal;
      }
      if (stamp <= bar) {
        return erased;
      }
      int node = written.operation().call().node();
      return absences.values()
          .stream()
          .filter(absence -> stamp > absence.above)
          .map(Absence::read)
          .filter(read -> written.knownBy()
              + (read.call().node() == node ? 0 : Timeline.LAG_NANOS) < read.start())
          .findFirst()
          .orElse(null);
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
        Absence absence = new Absence(operation, removals.metUpTo(reading));
        timeline.known(node, operation.end(), place -> place.absent(absence));
      }
      return;
    }
    @Nullable Written written = history.written(version.text());
    if (written != null && history.mustStay(written)
        && removals.met(reading, version.stamp(), written.operation().start()).isEmpty()) {
      boolean isOwn = written.operation().call().node() == node;
      timeline.known(node, operation.end() + (isOwn ? 0 : Timeline.LAG_NANOS),
          place -> place.atLeast(written, version.stamp(), true));
    }
  }

  private void check(Place place, Reading reading, @Nullable Version version) {
    @Nullable Written floor = place.floor;
    if (version == null) {
      checkMissing(place, reading);
      return;
    }
    if (floor != null && version.stamp() < place.floorStamp && !history
        .isBeingErased(removals, place.floorStamp, floor.operation(), reading)) {
      Rule rule = reading.isFinal() ? Rule.LOST : place.isFloorRead ? Rule.REORDERED : Rule.STALE;
      report(rule, "version " + place.floorStamp + " of " + name + " is in effect, and "
          + reading.source() + " has " + version.stamp(), reading, floor.operation());
    }
    @Nullable Written written = history.written(version.text());
    @Nullable Operation goneBy = written == null ? null
        : place.goneBy(written, version.stamp());
    if (written != null && goneBy != null && !history.isBeingErased(removals, version.stamp(),
        written.operation(), reading)) {
      report(Rule.RESURRECTED, "version " + version.stamp() + " of " + name + " is gone, and "
          + reading.source() + " has it", reading, goneBy, written.operation());
    }
  }

  private void checkMissing(Place place, Reading reading) {
    @Nullable Written floor = place.floor;
    if (floor != null && !history.isRemoved(removals, place.floorStamp, floor.operation(),
        reading)) {
      report(reading.isFinal() ? Rule.LOST : Rule.STALE, "version " + place.floorStamp + " of "
          + name + " is in effect, and " + reading.source() + " has nothing", reading,
          floor.operation());
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
