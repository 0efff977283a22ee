package dev.nivel.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Sides that take turns, so that what slows the machine down slows all of them. Of a round, the
 * median of its turns counts, so that what disturbs the machine for a moment counts for nobody.
 *
 * @param count how many, at least 1
 * @param turns of each side in a round, at least 1
 */
record Rounds(int count, int turns) {
  /**
   * Measures, each side once before to warm up; who begins is another one in each turn.
   *
   * @return of each side, a number of each round
   */
  List<List<Double>> measure(List<DoubleSupplier> sides) {
    List<List<Double>> all = new ArrayList<>();
    List<List<Double>> ofRound = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    for (DoubleSupplier side : sides) {
      var _ = side.getAsDouble();
      order.add(all.size());
      all.add(new ArrayList<>());
      ofRound.add(new ArrayList<>());
    }
    for (int round = 0; round < count; round++) {
      ofRound.forEach(List::clear);
      for (int turn = 0; turn < turns; turn++) {
        order.forEach(side -> ofRound.get(side).add(sides.get(side).getAsDouble()));
        Collections.rotate(order, 1);
      }
      order.forEach(side -> all.get(side)
          .add(Spread.of(ofRound.get(side), number -> number).median()));
    }
    return all;
  }
}
