package dev.nivel.bench;

import java.util.ArrayList;
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
  /**
   * Measures, each side once before to warm up.
   *
   * @param rounds at least 1
   */
  static Pairs measure(int rounds, DoubleSupplier peer, DoubleSupplier nivel) {
    var _ = peer.getAsDouble();
    var _ = nivel.getAsDouble();
    List<Double> ofPeer = new ArrayList<>();
    List<Double> ofNivel = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      boolean isPeerFirst = round % 2 == 0;
      if (isPeerFirst) {
        ofPeer.add(peer.getAsDouble());
      }
      ofNivel.add(nivel.getAsDouble());
      if (!isPeerFirst) {
        ofPeer.add(peer.getAsDouble());
      }
    }
    return new Pairs(ofPeer, ofNivel);
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
