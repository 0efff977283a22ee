package dev.nivel.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * Rates of a peer, of the limit and of Nivel that took turns, so that what slows the machine down
 * slows all of them.
 *
 * @param peer one of each round
 * @param limit one of each round, of what nobody can do better than
 * @param nivel one of each round
 */
record Trios(List<Double> peer, List<Double> limit, List<Double> nivel) {
  /**
   * Measures, each side once before to warm up.
   *
   * @param rounds at least 1
   */
  static Trios measure(int rounds, DoubleSupplier peer, DoubleSupplier limit,
      DoubleSupplier nivel) {
    Trios trios = new Trios(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    List<Runnable> sides = new ArrayList<>(List.of(
        () -> trios.peer.add(peer.getAsDouble()),
        () -> trios.limit.add(limit.getAsDouble()),
        () -> trios.nivel.add(nivel.getAsDouble())));
    sides.forEach(Runnable::run);
    Stream.of(trios.peer, trios.limit, trios.nivel).forEach(List::clear);
    for (int round = 0; round < rounds; round++) {
      sides.forEach(Runnable::run);
      Collections.rotate(sides, 1);
    }
    return trios;
  }

  /** Nivel beside the peer. */
  Pairs toPeer() {
    return new Pairs(peer, nivel);
  }

  /** The limit beside the peer. */
  Pairs limitToPeer() {
    return new Pairs(peer, limit);
  }

  /** Nivel beside the limit. */
  Pairs toLimit() {
    return new Pairs(limit, nivel);
  }
}
