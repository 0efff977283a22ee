package dev.nivel.redis;

/**
 * The fixed codes of DEFLATE (RFC 1951, 3.2.5 and 3.2.6), each as bits in the order in which they
 * are written and their number: {@code bits << 8 | count}.
 */
final class FixedCodes {
  static final int LENGTH_MIN = 3;
  static final int LENGTH_MAX = 258;
  static final int DISTANCE_MAX = 32 << 10;
  /** What a stream of one block begins with: the last block, of fixed codes. */
  static final int HEADER = (0b011 << 8) | 3;

  private static final int SYMBOLS = 288;
  private static final int END = 256;
  private static final int FIRST_LENGTH = 257;
  private static final int[] CODES = new int[SYMBOLS];
  /** By length, with its extra bits. */
  private static final int[] LENGTHS = new int[LENGTH_MAX + 1];
  /** By distance - 1 up to 255, then by 256 + ((distance - 1) >>> 7): the symbol. */
  private static final byte[] DISTANCES = new byte[512];
  private static final int[] DISTANCE_FROM = new int[30];
  private static final int[] DISTANCE_CODES = new int[30];
  private static final int[] DISTANCE_EXTRA = new int[30];

  static {
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
      CODES[symbol] = code(symbol);
    }
    int length = LENGTH_MIN;
    for (int group = 0; group < 28; group++) {
      int extra = group < 8 ? 0 : group / 4 - 1;
      for (int k = 0; k < 1 << extra && length < LENGTH_MAX; k++) {
        LENGTHS[length++] = with(CODES[FIRST_LENGTH + group], k, extra);
      }
    }
    LENGTHS[LENGTH_MAX] = CODES[285];
    int from = 1;
    for (int group = 0; group < 30; group++) {
      int extra = group < 2 ? 0 : group / 2 - 1;
      DISTANCE_FROM[group] = from;
      DISTANCE_EXTRA[group] = extra;
      DISTANCE_CODES[group] = (reversed(group, 5) << 8) | 5;
      for (int distance = from; distance < from + (1 << extra); distance++) {
        DISTANCES[slot(distance)] = (byte) group;
      }
      from += 1 << extra;
    }
  }

  private FixedCodes() {}

  private static int code(int symbol) {
    if (symbol < 144) {
      return (reversed(0x30 + symbol, 8) << 8) | 8;
    }
    if (symbol < END) {
      return (reversed(0x190 + symbol - 144, 9) << 8) | 9;
    }
    return symbol < 280 ? (reversed(symbol - END, 7) << 8) | 7
        : (reversed(0xc0 + symbol - 280, 8) << 8) | 8;
  }

  private static int reversed(int bits, int count) {
    return Integer.reverse(bits) >>> (Integer.SIZE - count);
  }

  private static int with(int code, int extraBits, int extra) {
    int count = code & 0xff;
    return (((code >>> 8) | (extraBits << count)) << 8) | (count + extra);
  }

  private static int slot(int distance) {
    return distance <= 256 ? distance - 1 : 256 + ((distance - 1) >>> 7);
  }

  static int literal(byte value) {
    return CODES[value & 0xff];
  }

  static int end() {
    return CODES[END];
  }

  /** The code of a length from {@link #LENGTH_MIN} to {@link #LENGTH_MAX}. */
  static int length(int length) {
    return LENGTHS[length];
  }

  /** The code of a distance from 1 to {@link #DISTANCE_MAX}. */
  static int distance(int distance) {
    int group = DISTANCES[slot(distance)];
    return with(DISTANCE_CODES[group], distance - DISTANCE_FROM[group], DISTANCE_EXTRA[group]);
  }
}
