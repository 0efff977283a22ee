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
 * @param median the one in the middle, or the mean of the two there
 * @param max the greatest
 */
record Spread(double min, double median, double max) {
  /** Of at least one number. */
  static Spread of(double... numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[middle]
        : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(sorted[0], median, sorted[sorted.length - 1]);
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
