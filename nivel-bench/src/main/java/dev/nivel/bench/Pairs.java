package dev.nivel.bench;

import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Measurements of Nivel and of a peer that took turns, so that what slows the machine down slows
 * both: A B, B A, A B. The number is a rate or a time; both of the same kind.
 *
 * @param peer one of each round
 * @param nivel one of each round
 */
record Pairs(List<Double> peer, List<Double> nivel) {
  /** Measures in rounds of one turn: see {@link Rounds#medians}. */
  static Pairs measure(int rounds, DoubleSupplier peer, DoubleSupplier nivel) {
    return measure(new Rounds(rounds, 1), peer, nivel);
  }

  /** Measures in rounds of several turns: see {@link Rounds#medians}. */
  static Pairs measure(Rounds rounds, DoubleSupplier peer, DoubleSupplier nivel) {
    List<List<Double>> all = rounds.medians(List.of(peer, nivel));
    return new Pairs(all.get(0), all.get(1));
  }

  /** Nivel's number to the peer's of the same round. */
  Spread ratios() {
    return Spread.ofRatios(nivel, peer, number -> number);
  }

  /** The peer's number to Nivel's of the same round: for times, how much faster Nivel is. */
  Spread inverseRatios() {
    return Spread.ofRatios(peer, nivel, number -> number);
  }

  /** A peer's numbers. */
  Spread ofPeer() {
    return Spread.of(peer, number -> number);
  }

  /** Nivel's numbers. */
  Spread ofNivel() {
    return Spread.of(nivel, number -> number);
  }
}
