package dev.nivel.faults.outage;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A place in a conversation to which ascending numbers are written, one at a time: a reader must
 * see one that is no older than what was acknowledged before he asked, and no newer than what was
 * sent before he was answered. Thread-safe.
 */
final class Counted {
  private final AtomicBoolean isBeingWritten = new AtomicBoolean();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();

  /** Takes the right to write; whether nobody else has it. */
  boolean tryToBegin() {
    return isBeingWritten.compareAndSet(false, true);
  }

  /** The number to write. */
  long next() {
    return sent.incrementAndGet();
  }

  /** Gives the right back. */
  void end(long number, boolean isAcknowledged) {
    if (isAcknowledged) {
      acknowledged.set(number);
    }
    isBeingWritten.set(false);
  }

  /** The newest that was acknowledged; 0 = none. */
  long acknowledged() {
    return acknowledged.get();
  }

  /**
   * Whether a reader may have seen a number.
   *
   * @param acknowledgedBefore the newest that was acknowledged before he asked
   */
  boolean isRight(long seen, long acknowledgedBefore) {
    return acknowledgedBefore <= seen && seen <= sent.get();
  }
}
