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
 * on: a breaker for the side of writes. It is closed for five seconds at a time, or until a write
 * that is let through all the same succeeds. Safe for use by several threads.
 */
final class WriteGate implements Guard {
  private static final Logger LOG = LoggerFactory.getLogger(WriteGate.class);
  private static final Duration CLOSED_FOR = Duration.ofSeconds(5);

  private final MeteredBreaker breaker;
  private final Time time;
  private volatile @Nullable Closing closing;

  /**
   * That writes were refused.
   *
   * @param reason in the store's words
   */
  private record Closing(String reason, long endNanos) {}

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

  /** A write. */
  @Override
  public <T> T call(Supplier<T> work) {
    @Nullable Closing present = closing;
    if (present != null && present.endNanos() - time.nanos() > 0) {
      throw UnavailableException.readOnly(present.reason());
    }
    return tryAnyway(work);
  }

  /** A write that is made again and again, and finds out whether the gate can be opened. */
  <T> T tryAnyway(Supplier<T> work) {
    try {
      T result = breaker.call(work);
      open();
      return result;
    } catch (UnavailableException e) {
      if (e.isReadOnly()) {
        close(e.getMessage());
      }
      throw e;
    }
  }

  private void close(String reason) {
    if (isOpen()) {
      LOG.warn("Supabase takes no writes ({}); reads go on, and what is acknowledged waits",
          reason);
    }
    closing = new Closing(reason, time.nanos() + CLOSED_FOR.toNanos());
  }

  private void open() {
    if (!isOpen()) {
      LOG.warn("Supabase takes writes again");
      closing = null;
    }
  }
}
