package dev.nivel.faults.proxy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a proxy does to the bytes that pass. Those that happen once count the bytes of all
 * connections, so that they hit whichever is in use. Safe for use by several threads.
 */
sealed interface Disturbance {
  /** Bytes pass as they are. */
  record None() implements Disturbance {}

  /** Bytes of one direction vanish, and connections stay open. */
  record OneWayCut(Direction direction) implements Disturbance {}

  /** Bytes of both directions arrive later. */
  record Delay(Duration by) implements Disturbance {}

  /** Bytes of both directions pass at this rate. */
  record Throttle(long bytesPerSecond) implements Disturbance {}

  /** The connection is reset after so many bytes more. */
  record Reset(Direction direction, AtomicLong bytesLeft) implements Disturbance {}

  /** The connection ends in good order after so many bytes more, perhaps amid a message. */
  record Truncate(Direction direction, AtomicLong bytesLeft) implements Disturbance {}

  /** One bit of the byte after so many more is turned. */
  record Flip(Direction direction, AtomicLong bytesLeft) implements Disturbance {}

  /** The connection is reset when the reply to a POST to a path that begins so arrives. */
  record LoseReply(String path, AtomicLong left, AtomicLong lost) implements Disturbance {}

  /** Replies of Redis that hold values change places, as often as two come together. */
  record SwapReplies(AtomicLong swaps) implements Disturbance {}

  /** In each reply of Redis that holds a value, one bit of the value is turned. */
  record FlipValues(AtomicLong flips) implements Disturbance {}
}
