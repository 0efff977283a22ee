package dev.nivel.store;

import java.time.Duration;
import java.time.Instant;

/**
 * The version of an entry and the id of an item: 42 bits of milliseconds since 2020-01-01 UTC, 5
 * bits of counter, 6 bits of node number, most significant first. Stamps of one conversation order
 * its writes in time.
 *
 * <p>53 bits, because Redis's Lua and JavaScript hold integers as doubles. In JSON a stamp is a
 * decimal string. The node that acknowledges a write chooses its stamp; no store alters it.
 *
 * @param bits the stamp as an integer, 0 (none) to 2^53 - 1
 */
public record Stamp(long bits) implements Comparable<Stamp> {
  /** 2020-01-01T00:00:00Z in milliseconds since 1970. */
  public static final long EPOCH_MILLIS = 1_577_836_800_000L;

  /** Older than every stamp that was ever given; means "there is none". */
  public static final Stamp NONE = new Stamp(0);

  /** How far a stamp may be ahead of the clock of the store that is to accept it. */
  public static final Duration AHEAD_MAX = Duration.ofSeconds(60);

  /** How many nodes can be told apart. */
  public static final int NODES_MAX = 64;

  private static final int NODE_BITS = 6;
  private static final int COUNTER_BITS = 5;
  private static final int TIME_SHIFT = NODE_BITS + COUNTER_BITS;
  private static final long BITS_MAX = (1L << 53) - 1;

  /** Refuses what 53 bits can't hold. */
  public Stamp {
    if (bits < 0 || bits > BITS_MAX) {
      throw new IllegalArgumentException("a stamp is 0 to " + BITS_MAX + ", not " + bits);
    }
  }

  /**
   * The first stamp of a node in a millisecond.
   *
   * @param millis wall clock, milliseconds since 1970, from 2020 on
   * @param node 0 to 63
   */
  public static Stamp at(long millis, int node) {
    if (node < 0 || node >= NODES_MAX) {
      throw new IllegalArgumentException("a node number is 0 to 63, not " + node);
    }
    return new Stamp((Math.max(0, millis - EPOCH_MILLIS) << TIME_SHIFT) | node);
  }

  /**
   * Reads a decimal string.
   *
   * @throws IllegalArgumentException if it is anything but 1 to 16 digits within range
   */
  public static Stamp parse(String text) {
    if (text.isEmpty() || text.length() > 16 || !isOfDigits(text)) {
      throw new IllegalArgumentException("a stamp is a decimal number of up to 16 digits");
    }
    return new Stamp(Long.parseLong(text));
  }

  private static boolean isOfDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** The smallest stamp of this node that is newer than this one. */
  public Stamp next(int node) {
    return new Stamp((((bits >>> NODE_BITS) + 1) << NODE_BITS) | node);
  }

  /** The greatest stamp of this one's node that is older. */
  public Stamp previous() {
    return new Stamp(bits - (1 << NODE_BITS));
  }

  /** When it was given, as the giving node's clock said; milliseconds since 1970. */
  public long millis() {
    return (bits >>> TIME_SHIFT) + EPOCH_MILLIS;
  }

  /** When it was given, to the millisecond. */
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  /** The number of the node that gave it, 0 to 63. */
  public int node() {
    return (int) (bits & (NODES_MAX - 1));
  }

  /** Whether this is not {@link #NONE}. */
  public boolean isSome() {
    return bits != 0;
  }

  /** Whether this stamp wins over the other one. */
  public boolean isNewerThan(Stamp other) {
    return bits > other.bits;
  }

  /** The newer of two. */
  public static Stamp newer(Stamp a, Stamp b) {
    return a.bits >= b.bits ? a : b;
  }

  @Override
  public int compareTo(Stamp other) {
    return Long.compare(bits, other.bits);
  }

  /** The decimal form, as in JSON. */
  @Override
  public String toString() {
    return Long.toString(bits);
  }
}
