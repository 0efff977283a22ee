package dev.nivel.supabase;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The database's clock, going by what it showed last. It seems to be ahead by as long as that
 * answer took, at most. Safe for use by several threads.
 */
final class ServerClock {
  private volatile @Nullable Reading last;

  /**
   * What it showed.
   *
   * @param millis since 1970
   * @param askedNanos when it was asked, by {@link System#nanoTime}
   */
  private record Reading(long millis, long askedNanos) {}

  /** It has answered. */
  void showed(long millis, long askedNanos) {
    last = new Reading(millis, askedNanos);
  }

  /** What it will show after a time, milliseconds since 1970; empty if it was never read. */
  OptionalLong after(Duration wait) {
    @Nullable Reading reading = last;
    if (reading == null) {
      return OptionalLong.empty();
    }
    long age = System.nanoTime() - reading.askedNanos();
    return OptionalLong.of(reading.millis() + TimeUnit.NANOSECONDS.toMillis(age) + wait.toMillis());
  }
}
