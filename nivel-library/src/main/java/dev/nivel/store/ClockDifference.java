package dev.nivel.store;

import java.util.function.LongSupplier;

/**
 * Another machine's clock minus this one's.
 *
 * @param millis the difference, going by the middle of the call
 * @param uncertaintyMillis by how much it may be wrong: half of what the call took
 */
public record ClockDifference(long millis, long uncertaintyMillis) {
  private static final long WARNING_MILLIS = 1_000;
  private static final long MEND_MILLIS = 60_000;
  private static final String ADVICE = "have both machines set their clocks by NTP";

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

  /** More than a second is worth a warning; after more than a minute stamps are refused. */
  public Judgement judgement() {
    long sure = Math.abs(millis) - uncertaintyMillis;
    String seen = Math.abs(millis) + " ms " + (millis < 0 ? "behind" : "ahead of")
        + " this machine's (give or take " + uncertaintyMillis + " ms)";
    if (sure > MEND_MILLIS) {
      return Judgement.mend(seen, ADVICE);
    }
    return sure > WARNING_MILLIS ? Judgement.warning(seen, ADVICE) : Judgement.ok(seen);
  }
}
