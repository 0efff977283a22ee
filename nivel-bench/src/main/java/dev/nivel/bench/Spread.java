package dev.nivel.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What several measurements of the same thing say.
 *
 * @param min the least
 * @param lowerQuartile a quarter is less
 * @param median the one in the middle, or the mean of the two there
 * @param upperQuartile a quarter is more
 * @param max the greatest
 */
record Spread(double min, double lowerQuartile, double median, double upperQuartile,
    double max) {
  /** Of at least one number. */
  static Spread of(double... numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    return new Spread(sorted[0], quantile(sorted, 0.25), quantile(sorted, 0.5),
        quantile(sorted, 0.75), sorted[sorted.length - 1]);
  }

  /** Between the two nearest, by their distances. */
  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** Of a number of each measurement. */
  static <T> Spread of(List<T> measured, ToDoubleFunction<T> number) {
    return of(measured.stream().mapToDouble(number).toArray());
  }

  /** Of the ratios of each measurement to the one that was its pair. */
  static <T> Spread ofRatios(List<T> measured, List<T> pairs, ToDoubleFunction<T> number) {
    return of(IntStream.range(0, measured.size())
        .mapToDouble(i -> number.applyAsDouble(measured.get(i))
            / number.applyAsDouble(pairs.get(i)))
        .toArray());
  }

  /** A ratio, such as {@code 0.93 (0.88..0.99)}. */
  String asRatio() {
    return String.format(Locale.ROOT, "%.2f (%.2f..%.2f)", median, min, max);
  }
}
