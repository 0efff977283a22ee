package dev.nivel;

import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps writes from a store that takes none at present, say, since its disk is full, while reads go
 * on: a breaker for the side of writes. It is closed for five seconds at a time, until a write
 * succeeds. Heartbeats are let through all the same, and open it, too; but on a disk that is full
 * they may succeed where other writes do not, and then they do not open it for a minute. Safe for
 * use by several threads.
 */
final class WriteGate implements Guard {
  private static final Logger LOG = LoggerFactory.getLogger(WriteGate.class);
  private static final Duration CLOSED_FOR = Duration.ofSeconds(5);
  private static final Duration HEARTBEATS_DISTRUSTED_FOR = Duration.ofMinutes(1);

  private final MeteredBreaker breaker;
  private final Time time;
  private volatile @Nullable Closing closing;
  /** When it was last opened or closed; milliseconds since 1970, 0 = never. */
  private volatile long changedMillis;

  /**
   * That writes were refused.
   *
   * @param reason in the store's words
   * @param endNanos until when no write is let through
   * @param distrustedUntilNanos until when a heartbeat opens nothing
   */
  private record Closing(String reason, long endNanos, long distrustedUntilNanos) {}

  /**
   * A gate.
   *
   * @param breaker what is before the store for reads and writes alike
   */
  WriteGate(MeteredBreaker breaker, Time time) {
    this.breaker = breaker;
    this.time = time;
  }

  /** What is before the store for reads and writes alike. */
  MeteredBreaker breaker() {
    return breaker;
  }

  /** Whether writes are taken, as far as is known. */
  boolean isOpen() {
    return closing == null;
  }

  /** Since when it is open or closed; milliseconds since 1970, 0 = it was never closed. */
  long changedMillis() {
    return changedMillis;
  }

  /** A write. */
  @Override
  public <T> T call(Supplier<T> work) {
    @Nullable Closing present = closing;
    if (present != null && present.endNanos() - time.nanos() > 0) {
      throw UnavailableException.readOnly(present.reason());
    }
    T result = attempt(work, HEARTBEATS_DISTRUSTED_FOR);
    open();
    return result;
  }

  /** A heartbeat, which is made again and again. */
  <T> T heartbeat(Supplier<T> work) {
    T result = attempt(work, Duration.ZERO);
    @Nullable Closing present = closing;
    if (present != null && present.distrustedUntilNanos() - time.nanos() <= 0) {
      open();
    }
    return result;
  }

  private <T> T attempt(Supplier<T> work, Duration distrust) {
    try {
      return breaker.call(work);
    } catch (UnavailableException e) {
      if (e.isReadOnly()) {
        close(e.getMessage(), distrust);
      }
      throw e;
    }
  }

  private synchronized void close(String reason, Duration distrust) {
    @Nullable Closing former = closing;
    long now = time.nanos();
    long distrustedUntil = now + distrust.toNanos();
    if (former == null) {
      changedMillis = time.millis();
      LOG.warn("Supabase takes no writes ({}); reads go on, and what is acknowledged waits",
          reason);
    } else if (former.distrustedUntilNanos() - distrustedUntil > 0) {
      distrustedUntil = former.distrustedUntilNanos();
    }
    closing = new Closing(reason, now + CLOSED_FOR.toNanos(), distrustedUntil);
  }

  private synchronized void open() {
    if (closing != null) {
      LOG.warn("Supabase takes writes again");
      changedMillis = time.millis();
      closing = null;
    }
  }
}
