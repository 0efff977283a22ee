package dev.nivel.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Sides that take turns, so that what slows the machine down slows all of them. Of numbers, the
 * median of a round's turns counts, so that what disturbs the machine for a moment counts for
 * nobody.
 *
 * @param count how many, at least 1
 * @param turns of each side in a round, at least 1
 */
record Rounds(int count, int turns) {
  /**
   * Measures numbers, as {@link #measure(List, Function)}.
   *
   * @return of each side, the median of each round
   */
  List<List<Double>> medians(List<DoubleSupplier> sides) {
    return measure(sides.stream().<Supplier<Double>>map(side -> side::getAsDouble).toList(),
        turns -> Spread.of(turns, number -> number).median());
  }

  /**
   * Measures, each side once before to warm up; who begins is another one in each turn.
   *
   * @param ofRound makes one of what the turns of a round gave
   * @return of each side, what it made of each round
   */
  <T, R> List<List<R>> measure(List<Supplier<T>> sides, Function<List<T>, R> ofRound) {
    List<List<R>> all = new ArrayList<>();
    List<List<T>> turnsOf = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    for (Supplier<T> side : sides) {
      var _ = side.get();
      order.add(all.size());
      all.add(new ArrayList<>());
      turnsOf.add(new ArrayList<>());
    }
    for (int round = 0; round < count; round++) {
      turnsOf.forEach(List::clear);
      for (int turn = 0; turn < turns; turn++) {
        order.forEach(side -> turnsOf.get(side).add(sides.get(side).get()));
        Collections.rotate(order, 1);
      }
      order.forEach(side -> all.get(side).add(ofRound.apply(turnsOf.get(side))));
    }
    return all;
  }
}
