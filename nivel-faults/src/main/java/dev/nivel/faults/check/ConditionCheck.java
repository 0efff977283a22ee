package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The conditional writes of one entry, whichever nodes and stores judged them: each has replaced
 * the version that it names, or nothing if it demands that. So no two win from the same version,
 * and none overwrites what it has not seen. Nothing else is excused than what {@link Exemption}
 * lists.
 */
final class ConditionCheck {
  /**
   * How long Redis need not know what was written past it. Nodes tell it each half second, and
   * later on a slow machine; how long it took at most is reported.
   */
  private static final long UNTOLD_NANOS = Timeline.LAG_NANOS;

  private final ConversationHistory history;
  private final String name;
  private final Removals removals;
  private final List<Violation> violations;
  private final Exemptions exemptions;
  /** What is known to have been in effect, by version. */
  private final List<Written> effects;

  ConditionCheck(ConversationHistory history, String name, List<Violation> violations) {
    this.history = history;
    this.name = name;
    this.violations = violations;
    exemptions = history.conditions().exemptions();
    removals = history.removals(name);
    effects = history.entryWrites(name)
        .stream()
        .filter(written -> written.stamp() != 0 && history.mustStay(written))
        .sorted(Comparator.comparingLong(Written::stamp))
        .toList();
  }

  void run() {
    for (Written written : effects) {
      if (written.operation().call().kind() == Kind.PUT_IF) {
        checkReplaced(written);
      } else if (written.operation().call().kind() == Kind.PUT_NEW) {
        checkAbsent(written);
      }
    }
  }

  private void checkReplaced(Written judged) {
    long expected = judged.operation().call().argument();
    Optional<Written> missed = effects.stream()
        .filter(other -> other != judged && other.stamp() > expected && isBefore(other, judged))
        .filter(other -> !isExempt(other.operation(), judged.operation()))
        .findFirst();
    missed.ifPresent(other -> report("names version " + expected + " of " + name
        + " and does not see " + other.stamp(), judged.operation(), other.operation()));
    if (missed.isEmpty()) {
      checkNotRemoved(expected, judged.operation());
    }
  }

  /** The version that is named must not have been deleted before. */
  private void checkNotRemoved(long expected, Operation judged) {
    Optional<Written> base = effects.stream()
        .filter(written -> written.stamp() == expected)
        .findFirst();
    if (base.isEmpty()) {
      return;
    }
    removals.acknowledged()
        .stream()
        .filter(Removals::isComplete)
        .filter(removal -> removal.call().kind() == Kind.ERASE
            || history.conditions().survival().keepsDeletions())
        .filter(removal -> isAfter(removal, base.get()) && removal.end() < judged.start())
        .filter(removal -> !isExempt(removal, judged))
        .findFirst()
        .ifPresent(removal -> report("names version " + expected + " of " + name
            + ", which is deleted", judged, removal));
  }

  /** On both sides of a partition, a deletion may have a lesser version than what was there. */
  private static boolean isAfter(Operation removal, Written base) {
    boolean isOfSameNode = removal.call().node() == base.operation().call().node();
    return base.knownBy() != Written.NEVER
        && base.knownBy() + (isOfSameNode ? 0 : UNTOLD_NANOS) < removal.start();
  }

  private void checkAbsent(Written judged) {
    effects.stream()
        .filter(other -> other != judged && isBefore(other, judged))
        .filter(other -> !removals.mayExplain(other.stamp(), other.operation().start(),
            latest(judged)))
        .filter(other -> !isExempt(other.operation(), judged.operation()))
        .reduce((a, b) -> b)
        .ifPresent(other -> report("demands that there is no " + name + " and does not see "
            + other.stamp(), judged.operation(), other.operation()));
  }

  /** A server may carry out what its client waits for no more, as one that was paused does. */
  private static long latest(Written judged) {
    return judged.operation().isOk() ? judged.operation().end() : Long.MAX_VALUE;
  }

  /** In the order of versions, or in time. */
  private static boolean isBefore(Written other, Written judged) {
    return other.stamp() < judged.stamp() || (other.operation().isOk()
        && other.operation().end() < judged.operation().start());
  }

  private boolean isExempt(Operation missed, Operation judged) {
    long apart = judged.start() - missed.end();
    boolean isExempt = !missed.call().kind().isConditional()
        && missed.call().node() != judged.call().node() && Stores.mayBePastRedis(missed)
        && Stores.mayBeJudgedByRedis(judged) && apart <= UNTOLD_NANOS;
    if (isExempt) {
      exemptions.count(Exemption.MISSED_PAST_REDIS, apart);
    }
    return isExempt;
  }

  private void report(String message, Operation judged, Operation other) {
    violations.add(new Violation(Rule.OVERWRITTEN,
        history.conversation() + ": a conditional write " + message, List.of(judged, other)));
  }
}
