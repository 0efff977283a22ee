package dev.nivel.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How a measurement grows with a size: an exponent of 0 is constant, of 1 linear. Rounds go through
 * all sizes in turns, so that each has an exponent of its own.
 *
 * @param name what is measured
 * @param unit of the values
 * @param exponentMax what is aimed at
 * @param sizes two at least, ascending, greater than 0
 * @param rounds of each round a value for each size, greater than 0
 */
record GrowthCurve(String name, String unit, double exponentMax, List<Integer> sizes,
    List<List<Double>> rounds) {

  /** The least squares' line through the logarithms of each round: how steep it is. */
  Spread exponents() {
    return Spread.of(rounds, this::exponent);
  }

  /**
   * How much of what comes on from the least to the greatest size comes on in the limit too, 1 =
   * all. Exponents say nothing of that: what both sizes have in common makes them smaller.
   */
  Spread shareOfGrowth(GrowthCurve limit) {
    return Spread.of(IntStream.range(0, rounds.size()).mapToDouble(round -> {
      double own = growth(rounds.get(round));
      return own <= 0 ? 1 : Math.clamp(growth(limit.rounds.get(round)) / own, 0, 1);
    }).toArray());
  }

  private static double growth(List<Double> values) {
    return values.getLast() - values.getFirst();
  }

  private double exponent(List<Double> values) {
    double[] x = sizes.stream().mapToDouble(Math::log).toArray();
    double[] y = values.stream().mapToDouble(Math::log).toArray();
    double meanX = mean(x);
    double meanY = mean(y);
    double products = 0;
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      products += (x[i] - meanX) * (y[i] - meanY);
      squares += (x[i] - meanX) * (x[i] - meanX);
    }
    return products / squares;
  }

  private static double mean(double[] numbers) {
    return IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i]).average().orElseThrow();
  }

  /** The median of all rounds for each size. */
  List<Double> medians() {
    return IntStream.range(0, sizes.size())
        .mapToObj(i -> Spread.of(rounds, round -> round.get(i)).median())
        .toList();
  }

  /** That it grows no faster than aimed at. */
  Goal goal(String of) {
    return new Goal(name + ", with " + of + ": exponent of growth", Goal.Kind.AT_MOST, exponentMax,
        "", exponents(), "");
  }

  /** A row of a table: the name, the medians, the exponent. */
  String row() {
    List<String> cells = new ArrayList<>(List.of(name, unit));
    medians().forEach(value -> cells.add(String.format(Locale.ROOT, value < 10 ? "%.2f" : "%,.0f",
        value)));
    cells.add(exponents().asRatio());
    return "| " + String.join(" | ", cells) + " |";
  }

  /** For a plot. */
  Plot.Curve curve() {
    return new Plot.Curve(name, sizes.stream().map(Integer::doubleValue).toList(), medians());
  }
}
