package dev.nivel.bench.l1;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which conversations are asked for, one after another: a table to be walked round, as in
 * Caffeine's GetPutBenchmark, so that no time goes into drawing.
 */
final class Keys {
  /** A power of 2. */
  static final int SIZE = 1 << 15;
  private static final double SKEW = 0.99;
  private static final int SEED = 20_110_829;

  private Keys() {}

  /** Ids of so many conversations. */
  static String[] ids(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "call-" + (1_000_000 + i))
        .toArray(String[]::new);
  }

  /** Places in an array, {@link #SIZE} of them. */
  static int[] places(Pattern pattern, int count) {
    Random random = new Random(SEED);
    return switch (pattern) {
      case HOT -> new int[SIZE];
      case ZIPF -> zipf(random, count);
    };
  }

  /** By inverting the distribution function. */
  private static int[] zipf(Random random, int count) {
    double[] upTo = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.pow(i + 1, -SKEW);
      upTo[i] = sum;
    }
    double total = sum;
    return random.doubles(SIZE)
        .mapToInt(share -> {
          int place = Arrays.binarySearch(upTo, share * total);
          return Math.min(place < 0 ? -place - 1 : place, count - 1);
        })
        .toArray();
  }
}
