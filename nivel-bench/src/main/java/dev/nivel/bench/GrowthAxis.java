package dev.nivel.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Something that grows, in several sizes at once. All measures go through all sizes in turns, so
 * that what else the machine does hits all of them.
 *
 * @param name in the files of plots
 * @param counted what a size counts
 * @param sizes ascending
 * @param subjects one of each size
 */
record GrowthAxis<T>(String name, String counted, List<Integer> sizes, List<T> subjects) {

  /**
   * What is measured.
   *
   * @param unit of the values
   * @param exponentMax how fast it may grow; infinite = it is no goal
   * @param value one, greater than 0
   * @param limit the name of the measure that nothing can grow slower than; empty = there is none
   * @param whyNot what is known of why it grows faster; may be empty
   */
  record Measure<T>(String name, String unit, double exponentMax, ToDoubleFunction<T> value,
      String limit, String whyNot) {
    Measure(String name, String unit, double exponentMax, ToDoubleFunction<T> value) {
      this(name, unit, exponentMax, value, "", "");
    }

    Measure<T> withLimit(String other) {
      return new Measure<>(name, unit, exponentMax, value, other, whyNot);
    }

    Measure<T> ifMissed(String text) {
      return new Measure<>(name, unit, exponentMax, value, limit, text);
    }
  }

  /** Measures, after a round to warm up; prints a table, adds goals and a plot for each unit. */
  void measure(List<Measure<T>> measures, int rounds, Section section) {
    List<GrowthCurve> curves = measures.stream()
        .map(measure -> new GrowthCurve(measure.name, measure.unit, measure.exponentMax, sizes,
            new ArrayList<>()))
        .toList();
    for (int round = -1; round < rounds; round++) {
      for (int i = 0; i < curves.size(); i++) {
        List<Double> values = measure(measures.get(i), round + 1);
        if (round >= 0) {
          curves.get(i).rounds().add(values);
        }
      }
    }
    print(curves, section);
    measures.stream()
        .filter(measure -> Double.isFinite(measure.exponentMax))
        .forEach(measure -> section.add(goal(measure, curves)));
  }

  private Goal goal(Measure<T> measure, List<GrowthCurve> curves) {
    GrowthCurve curve = of(measure.name, curves);
    Goal goal = curve.goal(counted).ifMissed(measure.whyNot);
    if (measure.limit.isEmpty()) {
      return goal;
    }
    GrowthCurve limit = of(measure.limit, curves);
    return goal.withLimit(measure.limit, limit.exponents(), curve.shareOfGrowth(limit));
  }

  private static GrowthCurve of(String name, List<GrowthCurve> curves) {
    return curves.stream().filter(curve -> curve.name().equals(name)).findFirst().orElseThrow();
  }

  private List<Double> measure(Measure<T> measure, int first) {
    Double[] values = new Double[sizes.size()];
    for (int i = 0; i < values.length; i++) {
      int size = (first + i) % values.length;
      values[size] = measure.value.applyAsDouble(subjects.get(size));
    }
    return List.of(values);
  }

  private void print(List<GrowthCurve> curves, Section section) {
    List<String> heads = sizes.stream()
        .map(size -> String.format(Locale.ROOT, "%,d", size))
        .toList();
    section.out().printf("%n| with %s | | %s | exponent |%n", counted, String.join(" | ", heads));
    section.out().println("|---|---" + "|---".repeat(sizes.size()) + "|---|");
    curves.forEach(curve -> section.out().println(curve.row()));
    List<String> units = curves.stream().map(GrowthCurve::unit).distinct().toList();
    IntStream.range(0, units.size())
        .forEach(i -> section.add(new Plot(name + "-" + (i + 1),
            "with " + counted, counted, units.get(i), curves.stream()
                .filter(curve -> curve.unit().equals(units.get(i)))
                .map(GrowthCurve::curve)
                .toList())));
  }
}
