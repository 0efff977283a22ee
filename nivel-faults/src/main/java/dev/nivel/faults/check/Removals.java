package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Deletions and erasures that may have removed something: for each read that found nothing, or the
 * older of two values, whether one of them explains that. An acknowledged erasure reaches what has
 * no greater version than its own; one of unknown outcome, and a deletion, which names no version,
 * reach what was begun before they can have had their effect. Immutable.
 */
final class Removals {
  private static final int ACCEPTED = 202;
  /** No server goes on for longer with what its client waits for no more, unless it is held up. */
  private static final Duration LATE = Duration.ofSeconds(10);

  /** In the order of their starts. */
  private final List<Operation> all;
  private final long lateNanos;

  private Removals(List<Operation> all, Duration longestFault) {
    this.all = all;
    lateNanos = LATE.plus(longestFault).toNanos();
  }

  /**
   * Those among operations that concern an entry; or the items, if the name is empty.
   *
   * @param longestFault how long a server may have been held up
   */
  static Removals among(List<Operation> operations, String name, Duration longestFault) {
    return new Removals(operations.stream()
        .filter(operation -> operation.isOk() || operation.isUnknown())
        .filter(operation -> operation.call().kind() == Kind.ERASE || (!name.isEmpty()
            && operation.call().kind() == Kind.DELETE && operation.call().name().equals(name)))
        .sorted(Comparator.comparingLong(Operation::start))
        .toList(), longestFault);
  }

  /** Those that were acknowledged, be it that some node has still to follow. */
  List<Operation> acknowledged() {
    return all.stream().filter(Operation::isOk).toList();
  }

  /** Whether everything that was there before is gone when it is acknowledged. */
  static boolean isComplete(Operation removal) {
    return removal.isOk() && removal.reply().status() != ACCEPTED;
  }

  /** Whether some node has still to follow. */
  private static boolean isAccepted(Operation removal) {
    return removal.isOk() && !isComplete(removal);
  }

  /** The version of an acknowledged erasure: what has no greater one is gone. */
  static long bar(Operation erasure) {
    return erasure.reply().stamps().getFirst();
  }

  private static boolean isBar(Operation removal) {
    return removal.call().kind() == Kind.ERASE && removal.isOk();
  }

  /** When it has had its effect on whoever answers, if that is not a matter of versions. */
  private long latest(Operation removal) {
    return removal.isOk() ? removal.end() : removal.end() + lateNanos;
  }

  private boolean reaches(Operation removal, long stamp, long writeStart) {
    boolean isInTime = isAccepted(removal) || latest(removal) > writeStart;
    return isInTime && (!isBar(removal) || stamp <= bar(removal));
  }

  /**
   * The erasure under way that a read met and that reaches a value. It goes from level to level,
   * and until its receipt says that all have followed, one level may have what another has no more.
   *
   * @param stamp the value's version
   * @param writeStart when its write began
   */
  Optional<Operation> met(Reading reading, long stamp, long writeStart) {
    return met(reading).filter(removal -> reaches(removal, stamp, writeStart)).findFirst();
  }

  /** Up to which version a read tells nothing of what is gone, for it met an erasure under way. */
  long metUpTo(Reading reading) {
    return met(reading).mapToLong(removal -> isBar(removal) ? bar(removal) : Long.MAX_VALUE)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  private Stream<Operation> met(Reading reading) {
    return all.stream()
        .filter(removal -> removal.call().kind() == Kind.ERASE && !reading.isFinal())
        .filter(removal -> removal.start() < reading.end()
            && (isAccepted(removal) || latest(removal) > reading.start()));
  }

  /**
   * What may have removed a value from what was read until a time; something acknowledged, if there
   * is.
   *
   * @param stamp the value's version
   * @param writeStart when its write began
   */
  Optional<Operation> explanation(long stamp, long writeStart, long readEnd) {
    return all.stream()
        .filter(removal -> removal.start() < readEnd && reaches(removal, stamp, writeStart))
        .min(Comparator.comparing(Operation::isUnknown));
  }

  /** Whether there is such a removal. */
  boolean mayExplain(long stamp, long writeStart, long readEnd) {
    return explanation(stamp, writeStart, readEnd).isPresent();
  }

  /** Whether an erasure may have come between what was begun at a time and ended at another. */
  boolean mayErase(long stamp, long start, long end) {
    return all.stream()
        .anyMatch(removal -> removal.call().kind() == Kind.ERASE && removal.start() < end
            && (latest(removal) > start || (isBar(removal) && stamp <= bar(removal))));
  }
}
