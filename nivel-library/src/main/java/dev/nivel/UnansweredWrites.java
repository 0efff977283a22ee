package dev.nivel;

import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes whose reply from Redis did not come. Redis may still carry them out up to the deadline of
 * the call; then its message on the change channel is the first to tell. Safe for use by several
 * threads.
 */
final class UnansweredWrites {
  /** Longer than any deadline of a call to Redis. */
  private static final Duration KEPT = Duration.ofMinutes(2);
  private static final int KEPT_MAX = 10_000;

  private final Time time;
  private final Map<Stamp, Long> untilNanos = new ConcurrentHashMap<>();

  UnansweredWrites(Time time) {
    this.time = time;
  }

  /** The reply to a write of these fields did not come. */
  void add(List<? extends Field> fields) {
    long now = time.nanos();
    if (untilNanos.size() + fields.size() > KEPT_MAX) {
      untilNanos.values().removeIf(until -> now - until > 0);
    }
    for (Field field : fields) {
      if (untilNanos.size() < KEPT_MAX) {
        untilNanos.put(field.stamp(), now + KEPT.toNanos());
      }
    }
  }

  /** Whether a write of this stamp may be one of them. */
  boolean contains(Stamp stamp) {
    return untilNanos.containsKey(stamp) || untilNanos.size() >= KEPT_MAX;
  }
}
