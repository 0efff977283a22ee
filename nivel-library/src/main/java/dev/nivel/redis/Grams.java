package dev.nivel.redis;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;

/** Sequences of eight bytes, and how many conversations have them: an open-addressed table. */
final class Grams {
  private static final int GRAM = Long.BYTES;
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class,
      ByteOrder.LITTLE_ENDIAN);

  /** Eight bytes with so many digits are taken for a part of a number that names somebody. */
  private static final int DIGITS_MAX = 4;

  private final long[] grams;
  /** By slot: how many conversations have the gram. */
  private final int[] counts;
  /** By slot: the number of the last conversation that was found to have it; 0 = a free slot. */
  private final int[] seenIn;
  private final int shift;

  /** Room for what so many bytes can have. */
  Grams(int bytes) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, bytes));
    grams = new long[2 << bits];
    counts = new int[grams.length];
    seenIn = new int[grams.length];
    shift = Long.SIZE - bits - 1;
  }

  int slots() {
    return grams.length;
  }

  /** The slot of a gram; a free one if it was never counted. */
  int find(byte[] value, int at) {
    long gram = (long) LONG.get(value, at);
    int slot = (int) ((gram * 0x9e3779b97f4a7c15L) >>> shift);
    while (seenIn[slot] != 0 && grams[slot] != gram) {
      slot = (slot + 1) & (grams.length - 1);
    }
    return slot;
  }

  /**
   * Counts the grams of a value of a conversation, whose number is not 0, but for those that may
   * name somebody.
   */
  void count(byte[] value, int conversation) {
    for (int at = 0; at + GRAM <= value.length; at++) {
      if (mayNameSomebody(value, at)) {
        continue;
      }
      int slot = find(value, at);
      if (seenIn[slot] != conversation) {
        grams[slot] = (long) LONG.get(value, at);
        seenIn[slot] = conversation;
        counts[slot]++;
      }
    }
  }

  /** Whether a gram is part of a long number, or of an address of mail. */
  private static boolean mayNameSomebody(byte[] value, int at) {
    int digits = 0;
    for (int i = at; i < at + GRAM; i++) {
      if (value[i] == '@') {
        return true;
      }
      digits += value[i] >= '0' && value[i] <= '9' ? 1 : 0;
    }
    return digits > DIGITS_MAX;
  }

  /** Has those count for nothing that fewer conversations have. */
  void dropBelow(int conversations) {
    for (int slot = 0; slot < counts.length; slot++) {
      if (counts[slot] < conversations) {
        counts[slot] = 0;
      }
    }
  }

  /** How far a piece goes of which all grams count; the position itself if there is none. */
  int sharedEnd(byte[] value, int from) {
    int at = from;
    while (at + GRAM <= value.length && counts[find(value, at)] > 0) {
      at++;
    }
    return at == from ? from : at - 1 + GRAM;
  }

  /** How many bytes all such pieces have. */
  int sharedBytes(List<List<byte[]>> conversations) {
    int sum = 0;
    for (List<byte[]> values : conversations) {
      for (byte[] value : values) {
        sum += sharedBytes(value);
      }
    }
    return sum;
  }

  private int sharedBytes(byte[] value) {
    int sum = 0;
    for (int at = 0; at + GRAM <= value.length; at++) {
      int end = sharedEnd(value, at);
      sum += end - at;
      at = end > at ? end - GRAM : at;
    }
    return sum;
  }

  /** What a gram is worth: the conversations that have it, nothing once it was taken. */
  int worth(int slot) {
    return counts[slot];
  }

  /** It is in the dictionary now. */
  void take(int slot) {
    counts[slot] = 0;
  }
}
