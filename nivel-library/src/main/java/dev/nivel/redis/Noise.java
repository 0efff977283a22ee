package dev.nivel.redis;

/** Tells what no compression shortens, such as what is compressed or encrypted, by a look at it. */
final class Noise {
  /** How many bytes are looked at. */
  private static final int LOOKED_AT_MAX = 256;
  private static final int LENGTH_MIN = 64;
  /**
   * How often two bytes may be equal, in multiples of how often they are in noise, and in standard
   * deviations of that. In 256 bytes it is 1.38 times, an entropy of 7.5 bits (Renyi's of order 2);
   * of text it is over 10 times.
   */
  private static final double MULTIPLE = 1.2;
  private static final double DEVIATIONS = 2;

  private Noise() {}

  /**
   * Whether the bytes are spread as evenly as chance would have it. A value that repeats such bytes
   * is taken for noise, too.
   */
  static boolean isLike(byte[] bytes) {
    if (bytes.length < LENGTH_MIN) {
      return false;
    }
    byte[] counts = new byte[1 << Byte.SIZE];
    int count = Math.min(bytes.length, LOOKED_AT_MAX);
    double expected = count * (count - 1) / 2.0 / counts.length;
    int pairsMax = (int) (expected * MULTIPLE + Math.sqrt(expected) * DEVIATIONS);
    int pairs = 0;
    for (int i = 0; i < count && pairs <= pairsMax; i++) {
      int at = (int) ((long) i * bytes.length / count);
      pairs += counts[bytes[at] & 0xff]++;
    }
    return pairs <= pairsMax;
  }
}
