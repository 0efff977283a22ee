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
 * @param idempotencyKey what an append is known by when it is repeated; null = nothing
 */
public record WriteOptions(@Nullable Duration ttl, Condition condition, boolean isDurable,
    @Nullable String idempotencyKey) {
  /** No expiry, no condition, acknowledged when Redis has it. */
  public static final WriteOptions DEFAULT = new WriteOptions(null, Condition.NONE, false, null);

  /** The longest idempotency key, in characters. */
  public static final int IDEMPOTENCY_KEY_LENGTH_MAX = 255;

  /** Refuses a time to live that is not positive, and a malformed idempotency key. */
  public WriteOptions {
    if (ttl != null && (ttl.isNegative() || ttl.toMillis() == 0)) {
      throw new IllegalArgumentException("a time to live is at least 1 ms, not " + ttl);
    }
    if (idempotencyKey != null && !isIdempotencyKey(idempotencyKey)) {
      throw new IllegalArgumentException("an idempotency key is 1 to " + IDEMPOTENCY_KEY_LENGTH_MAX
          + " visible ASCII characters, not one of length " + idempotencyKey.length());
    }
  }

  /** The entry expires after this time; only when putting. */
  public WriteOptions expiringAfter(Duration time) {
    return new WriteOptions(time, condition, isDurable, idempotencyKey);
  }

  /** The entry must be there in this version, else nothing is written. */
  public WriteOptions ifStamp(Stamp stamp) {
    return new WriteOptions(ttl, Condition.at(stamp), isDurable, idempotencyKey);
  }

  /** The entry must not be there, else nothing is written. */
  public WriteOptions ifAbsent() {
    return new WriteOptions(ttl, Condition.ABSENT, isDurable, idempotencyKey);
  }

  /** The write is acknowledged only when PostgreSQL has committed it. */
  public WriteOptions durable() {
    return new WriteOptions(ttl, condition, true, idempotencyKey);
  }

  /**
   * The items are appended once, however often the append is repeated under this key within 24
   * hours; only when appending. A repetition returns the first receipt's ids.
   *
   * @param key 1 to 255 visible ASCII characters, of the caller's choice, for one append
   */
  public WriteOptions idempotent(String key) {
    return new WriteOptions(ttl, condition, isDurable, key);
  }

  /** Whether a text can be an idempotency key. */
  public static boolean isIdempotencyKey(String text) {
    return !text.isEmpty() && text.length() <= IDEMPOTENCY_KEY_LENGTH_MAX
        && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }
}
