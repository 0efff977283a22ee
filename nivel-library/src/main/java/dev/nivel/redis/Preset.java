package dev.nivel.redis;

import dev.nivel.store.Dictionary;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A dictionary that is ready for use: its positions are indexed once. {@code Deflater} indexes them
 * at each use, which takes ten times as long as compressing a small value.
 *
 * <p>What it makes is DEFLATE (RFC 1951) without a header: one block of fixed codes, which are
 * the better ones for what is short. Each match is the longest of some candidates with the same
 * first four bytes, newest first, unless a longer one begins at the next byte. Safe for use by
 * several threads.
 */
final class Preset {
  /** The longest value: what is longer has itself for a dictionary. */
  static final int VALUE_BYTES_MAX = 16 << 10;

  private static final int HASH_BITS = 15;
  private static final int OWN_HASH_BITS_MIN = 8;
  private static final int OWN_HASH_BITS_MAX = 12;
  private static final int MATCH_MIN = 4;
  /** How many candidates are looked at. */
  private static final int CANDIDATES_MAX = 32;
  /** A match of that length is taken without a look at the next byte. */
  private static final int LONG_MATCH = 32;
  private static final int POOLED_MAX = 16;
  /** The accumulator is written four bytes at a time, and the rest of it at the end. */
  private static final int SLACK_BYTES = 16;

  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class,
      ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class,
      ByteOrder.LITTLE_ENDIAN);

  private final Dictionary dictionary;
  private final byte[] content;
  /** By hash: the last position that has it, plus 1. */
  private final char[] heads = new char[1 << HASH_BITS];
  /** By position: the one before with the same hash, plus 1. */
  private final char[] previous;
  private final ArrayBlockingQueue<Run> runs = new ArrayBlockingQueue<>(POOLED_MAX);

  Preset(Dictionary dictionary) {
    this.dictionary = dictionary;
    content = dictionary.content();
    previous = new char[content.length];
    for (int i = 0; i + MATCH_MIN <= content.length; i++) {
      int hash = hash(content, i) >>> (Integer.SIZE - HASH_BITS);
      previous[i] = heads[hash];
      heads[hash] = (char) (i + 1);
    }
  }

  Dictionary dictionary() {
    return dictionary;
  }

  /**
   * Compresses.
   *
   * @param raw up to {@link #VALUE_BYTES_MAX} bytes
   * @param offset how many bytes to leave free before the compressed ones
   * @param bytesMax how long the result may be
   * @return the free bytes and the compressed ones; null if they would be more
   */
  byte @Nullable [] deflate(byte[] raw, int offset, int bytesMax) {
    @Nullable Run pooled = runs.poll();
    Run run = pooled == null ? new Run() : pooled;
    try {
      return run.deflate(raw, offset, bytesMax);
    } finally {
      boolean unused = runs.offer(run);
    }
  }

  private static int hash(byte[] bytes, int at) {
    return (int) INT.get(bytes, at) * 0x9e3779b1;
  }

  /** The state of one compression. */
  private final class Run {
    private final char[] ownHeads = new char[1 << OWN_HASH_BITS_MAX];
    private final char[] ownPrevious = new char[VALUE_BYTES_MAX];
    private final byte[] out = new byte[VALUE_BYTES_MAX + SLACK_BYTES];
    private byte[] raw = {};
    private int ownShift;
    private int length;
    private int distance;
    private int written;
    private long bits;
    private int bitCount;

    byte @Nullable [] deflate(byte[] value, int offset, int bytesMax) {
      begin(value, offset);
      put(FixedCodes.HEADER);
      int at = 0;
      while (at < raw.length) {
        if (written > bytesMax) {
          return null;
        }
        at = step(at);
      }
      put(FixedCodes.end());
      for (; bitCount > 0; bitCount -= Byte.SIZE) {
        out[written++] = (byte) bits;
        bits >>>= Byte.SIZE;
      }
      raw = content; // a pooled run must not keep the value
      return written > bytesMax ? null : Arrays.copyOf(out, written);
    }

    private void begin(byte[] value, int offset) {
      raw = value;
      written = offset;
      bits = 0;
      bitCount = 0;
      int lengthBits = Integer.SIZE - Integer.numberOfLeadingZeros(value.length);
      int hashBits = Math.max(OWN_HASH_BITS_MIN, Math.min(OWN_HASH_BITS_MAX, lengthBits));
      ownShift = Integer.SIZE - hashBits;
      Arrays.fill(ownHeads, 0, 1 << hashBits, (char) 0);
    }

    /** Writes a literal, or a match with the literals before it, and says where to go on. */
    private int step(int from) {
      int at = from;
      find(at);
      if (length == 0) {
        put(FixedCodes.literal(raw[at]));
        return at + 1;
      }
      int best = length;
      int bestDistance = distance;
      while (best < LONG_MATCH && at + 1 < raw.length) {
        find(at + 1);
        if (length <= best) {
          break;
        }
        put(FixedCodes.literal(raw[at++]));
        best = length;
        bestDistance = distance;
      }
      put(FixedCodes.length(best));
      put(FixedCodes.distance(bestDistance));
      int end = at + best;
      boolean isInDictionary = bestDistance > at; // and what comes later finds it there
      for (int i = isInDictionary ? end : at + 1; i < end; i++) {
        insert(i);
      }
      return end;
    }

    /** Looks for the longest match of what begins at a position, and enters the position. */
    private void find(int at) {
      length = 0;
      int max = Math.min(FixedCodes.LENGTH_MAX, raw.length - at);
      if (max < MATCH_MIN) {
        return;
      }
      int hash = hash(raw, at);
      findOwn(at, hash, max);
      findInDictionary(at, hash, max);
    }

    private void findOwn(int at, int hash, int max) {
      int slot = hash >>> ownShift;
      int candidate = ownHeads[slot] - 1;
      if (candidate != at) { // a look at the next byte has entered it before
        ownPrevious[at] = ownHeads[slot];
        ownHeads[slot] = (char) (at + 1);
      } else {
        candidate = ownPrevious[at] - 1;
      }
      int best = MATCH_MIN - 1;
      for (int left = CANDIDATES_MAX; candidate >= 0 && left > 0 && best < max; left--) {
        if (raw[candidate + best] == raw[at + best]) {
          int count = equal(raw, candidate, at, max);
          if (count > best) {
            best = count;
            length = count;
            distance = at - candidate;
          }
        }
        candidate = ownPrevious[candidate] - 1;
      }
    }

    private void findInDictionary(int at, int hash, int max) {
      int nearest = content.length + at;
      int first = Math.max(0, nearest - FixedCodes.DISTANCE_MAX);
      int candidate = heads[hash >>> (Integer.SIZE - HASH_BITS)] - 1;
      int best = Math.max(MATCH_MIN - 1, length);
      for (int left = CANDIDATES_MAX; candidate >= first && left > 0 && best < max; left--) {
        int end = Math.min(max, content.length - candidate);
        if (end > best && content[candidate + best] == raw[at + best]) {
          int count = equal(content, candidate, at, end);
          if (count > best) {
            best = count;
            length = count;
            distance = nearest - candidate;
          }
        }
        candidate = previous[candidate] - 1;
      }
    }

    /** How many bytes from a position in a source on are equal to the value's. */
    private int equal(byte[] source, int from, int at, int max) {
      byte[] value = raw;
      int count = 0;
      while (count + Long.BYTES <= max) {
        long difference = (long) LONG.get(source, from + count)
            ^ (long) LONG.get(value, at + count);
        if (difference != 0) {
          return count + (Long.numberOfTrailingZeros(difference) >>> 3);
        }
        count += Long.BYTES;
      }
      while (count < max && source[from + count] == value[at + count]) {
        count++;
      }
      return count;
    }

    private void insert(int at) {
      if (at + MATCH_MIN > raw.length) {
        return;
      }
      int slot = hash(raw, at) >>> ownShift;
      if (ownHeads[slot] != at + 1) {
        ownPrevious[at] = ownHeads[slot];
        ownHeads[slot] = (char) (at + 1);
      }
    }

    private void put(int code) {
      bits |= (long) (code >>> 8) << bitCount;
      bitCount += code & 0xff;
      if (bitCount >= Integer.SIZE) {
        INT.set(out, written, (int) bits);
        written += Integer.BYTES;
        bits >>>= Integer.SIZE;
        bitCount -= Integer.SIZE;
      }
    }
  }
}
