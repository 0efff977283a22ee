package dev.nivel.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One clock minus another, this machine's mostly.
 *
 * @param millis the difference, going by the middle of the call
 * @param uncertaintyMillis by how much it may be wrong: half of what the call took
 */
public record ClockDifference(long millis, long uncertaintyMillis) {
  private static final long WARNING_MILLIS = 1_000;
  private static final String ADVICE = "have the machines set their clocks by NTP";

  /** Measures it by a call that tells the other clock, in milliseconds since 1970. */
  public static ClockDifference measure(Time time, LongSupplier clock) {
    long before = time.millis();
    long other = clock.getAsLong();
    return between(before, other, time.millis());
  }

  /** The other clock has shown this within the two moments of this one. */
  public static ClockDifference between(long beforeMillis, long otherMillis, long afterMillis) {
    return new ClockDifference(otherMillis - (beforeMillis + afterMillis) / 2,
        (afterMillis - beforeMillis + 1) / 2);
  }

  /** Of two clocks that were compared with a third one: this one's minus the other one's. */
  ClockDifference minus(ClockDifference other) {
    return new ClockDifference(millis - other.millis,
        uncertaintyMillis + other.uncertaintyMillis);
  }

  /** By how much the clocks differ at least. */
  private long sureMillis() {
    return Math.abs(millis) - uncertaintyMillis;
  }

  private String seen(String other) {
    return Math.abs(millis) + " ms " + (millis < 0 ? "behind " : "ahead of ") + other
        + " (give or take " + uncertaintyMillis + " ms)";
  }

  /** Judges a store's clock against this machine's, by which no stamp goes if Redis is there. */
  public Judgement judgement() {
    String seen = seen("this machine's");
    return sureMillis() > WARNING_MILLIS ? Judgement.warning(seen, ADVICE) : Judgement.ok(seen);
  }

  /**
   * Judges the clocks of stores against each other: what is stamped by one that is more than {@link
   * Stamp#AHEAD_MAX} ahead of another is refused there.
   *
   * @param clocks by what they are called
   * @return of the two that differ most; empty if there are not two
   */
  public static Optional<Judgement> judgement(Map<String, ClockDifference> clocks) {
    List<Map.Entry<String, ClockDifference>> read = List.copyOf(clocks.entrySet());
    Optional<ClockDifference> most = Optional.empty();
    String seen = "";
    for (int i = 0; i < read.size(); i++) {
      for (Map.Entry<String, ClockDifference> other : read.subList(i + 1, read.size())) {
        ClockDifference found = read.get(i).getValue().minus(other.getValue());
        if (most.isEmpty() || found.sureMillis() > most.get().sureMillis()) {
          most = Optional.of(found);
          seen = read.get(i).getKey() + " is " + found.seen(other.getKey());
        }
      }
    }
    String pair = seen;
    return most.map(difference -> difference.judgementBetweenStores(pair));
  }

  private Judgement judgementBetweenStores(String seen) {
    if (sureMillis() > Stamp.AHEAD_MAX.toMillis()) {
      return Judgement.mend(seen + ": writes are refused", ADVICE);
    }
    return sureMillis() > WARNING_MILLIS ? Judgement.warning(seen, ADVICE) : Judgement.ok(seen);
  }
}
