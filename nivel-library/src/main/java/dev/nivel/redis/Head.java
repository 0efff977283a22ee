package dev.nivel.redis;

import dev.nivel.store.Stamp;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What Redis says of a conversation as a whole; the scripts write it (prelude.lua).
 *
 * @param isComplete whether an entry that is not there is nowhere, and all items from {@code
 *     itemsFrom} on are there
 * @param erased what is not newer was erased
 * @param generation the generation in which it was last compared with L3
 * @param itemsFrom the oldest item that is sure to be there
 */
record Head(boolean isComplete, Stamp erased, String generation, Stamp itemsFrom) {
  /** The field of the hash that holds it. */
  static final byte[] FIELD = RedisKeys.ascii("h");

  private static final Head NONE = new Head(false, Stamp.NONE, "", Stamp.NONE);

  /** Reads it; a conversation without one, or with a damaged one, is not known at all. */
  static Head parse(byte @Nullable [] bytes) {
    if (bytes == null) {
      return NONE;
    }
    String[] parts = new String(bytes, StandardCharsets.US_ASCII).split(" ", -1);
    if (parts.length != 8) {
      return NONE;
    }
    try {
      return new Head(parts[0].equals("1"), Stamp.parse(parts[3]), parts[4],
          Stamp.parse(parts[5]));
    } catch (IllegalArgumentException e) {
      return NONE;
    }
  }

  /** Whether what the hash holds can be believed without asking L3. */
  boolean isOf(String presentGeneration) {
    return generation.equals(presentGeneration);
  }
}
