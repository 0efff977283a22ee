package dev.nivel;

import dev.nivel.store.Condition;
import dev.nivel.store.Stamp;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a write is to be done. Start from {@link #DEFAULT}.
 *
 * @param ttl after which time the entry expires; null = never
 * @param condition what the entry must be before
 * @param isDurable whether to wait until PostgreSQL has committed
 */
public record WriteOptions(@Nullable Duration ttl, Condition condition, boolean isDurable) {
  /** No expiry, no condition, acknowledged when Redis has it. */
  public static final WriteOptions DEFAULT = new WriteOptions(null, Condition.NONE, false);

  /** Refuses a time to live that is not positive. */
  public WriteOptions {
    if (ttl != null && (ttl.isNegative() || ttl.toMillis() == 0)) {
      throw new IllegalArgumentException("a time to live is at least 1 ms, not " + ttl);
    }
  }

  /** The entry expires after this time; only when putting. */
  public WriteOptions expiringAfter(Duration time) {
    return new WriteOptions(time, condition, isDurable);
  }

  /** The entry must be there in this version, else nothing is written. */
  public WriteOptions ifStamp(Stamp stamp) {
    return new WriteOptions(ttl, Condition.at(stamp), isDurable);
  }

  /** The entry must not be there, else nothing is written. */
  public WriteOptions ifAbsent() {
    return new WriteOptions(ttl, Condition.ABSENT, isDurable);
  }

  /** The write is acknowledged only when PostgreSQL has committed it. */
  public WriteOptions durable() {
    return new WriteOptions(ttl, condition, true);
  }
}
