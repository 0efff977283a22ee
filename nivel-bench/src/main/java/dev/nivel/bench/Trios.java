package dev.nivel.bench;

import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Rates of a peer, of the limit and of Nivel that took turns, so that what slows the machine down
 * slows all of them.
 *
 * @param peer one of each round
 * @param limit one of each round, of the least that is to be done
 * @param nivel one of each round
 */
record Trios(List<Double> peer, List<Double> limit, List<Double> nivel) {
  /** Measures in rounds of one turn: see {@link Rounds#medians}. */
  static Trios measure(int rounds, DoubleSupplier peer, DoubleSupplier limit,
      DoubleSupplier nivel) {
    return measure(new Rounds(rounds, 1), peer, limit, nivel);
  }

  /** Measures in rounds of several turns: see {@link Rounds#medians}. */
  static Trios measure(Rounds rounds, DoubleSupplier peer, DoubleSupplier limit,
      DoubleSupplier nivel) {
    List<List<Double>> all = rounds.medians(List.of(peer, limit, nivel));
    return new Trios(all.get(0), all.get(1), all.get(2));
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
