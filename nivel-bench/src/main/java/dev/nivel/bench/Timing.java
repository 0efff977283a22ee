package dev.nivel.bench;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * How long work takes, in microseconds. What else a machine does only ever makes it slower, and
 * growth slows down all runs; so of several runs it is the lower quartile. Stateless.
 */
final class Timing {
  private Timing() {}

  /** How long it takes. */
  static double once(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e3;
  }

  /** How long it takes, of so many times. */
  static double of(int times, Runnable work) {
    return of(IntStream.range(0, times).mapToDouble(i -> once(work)).toArray());
  }

  /** How long it takes with one of them. */
  static <T> double of(List<T> subjects, Consumer<T> work) {
    return of(subjects.stream().mapToDouble(subject -> once(() -> work.accept(subject))).toArray());
  }

  /** What so many measurements say. */
  static double of(double... micros) {
    return Spread.of(micros).lowerQuartile();
  }

  /** Fails if something else was measured than was meant to be. */
  static void require(boolean isSo, String what) {
    if (!isSo) {
      throw new IllegalStateException("it was not " + what);
    }
  }
}
