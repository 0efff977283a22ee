package dev.nivel.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How a doctor examines a store, or whatever else Nivel stands on: by checks one after another, of
 * which the first find out what the others judge. Used by one thread at a time.
 */
public interface Examination extends AutoCloseable {
  /** What is examined: {@code redis}. */
  String subject();

  /** The checks, in their order. */
  List<Check> checks();

  /** What to do about a failure of a check; never empty. */
  String advice(NivelException failure);

  /** The clocks of stores that were read, by what they are called: {@code redis at host:port}. */
  default Map<String, ClockDifference> clocks() {
    return Map.of();
  }

  /** Closes what was opened. */
  @Override
  default void close() {}

  /**
   * A check.
   *
   * @param name what is checked: {@code eviction policy}
   * @param max how long it may take; who takes longer is left alone, and no other check is made
   * @param judging does it; nothing if it makes no sense after what was found before, and a {@link
   *     NivelException} is a finding, too
   */
  record Check(String name, Duration max, Supplier<List<Judgement>> judging) {}

  /** Of something that is not there, and need not be. */
  static Examination skipped(String subject, String why) {
    return new Skipped(subject, why);
  }

  /** See {@link #skipped}. */
  record Skipped(String subject, String why) implements Examination {
    @Override
    public List<Check> checks() {
      return List.of(new Check("configured", Duration.ofSeconds(5),
          () -> List.of(Judgement.skipped(why))));
    }

    @Override
    public String advice(NivelException failure) {
      return "see nivel config";
    }
  }
}
