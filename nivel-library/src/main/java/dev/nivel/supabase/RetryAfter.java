package dev.nivel.supabase;

import dev.nivel.store.UnavailableException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a server wants to be left in peace, by its header {@code Retry-After} in seconds. Safe
 * for use by several threads.
 */
final class RetryAfter {
  private static final String HEADER = "Retry-After";
  /** Whoever asks for more has probably gone wrong. */
  private static final long SECONDS_MAX = 60;

  private final AtomicLong endNanos = new AtomicLong(System.nanoTime());

  /** Takes note of what an answer that is no success asks for. */
  void note(HttpResponse<?> answer) {
    answer.headers().firstValue(HEADER).ifPresent(text -> {
      if (text.matches("\\d{1,9}")) {
        long seconds = Math.min(SECONDS_MAX, Long.parseLong(text));
        long wanted = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        endNanos.accumulateAndGet(wanted, (a, b) -> a - b >= 0 ? a : b);
      }
    });
  }

  /**
   * Lets a call go on.
   *
   * @throws UnavailableException if it is to wait
   */
  void check(String operation) {
    Duration left = Duration.ofNanos(endNanos.get() - System.nanoTime());
    if (!left.isNegative() && !left.isZero()) {
      throw new UnavailableException(operation + " must wait: the server wants no calls for "
          + left.toMillis() + " ms");
    }
  }
}
