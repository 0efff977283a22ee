package dev.nivel.store;

/** The one type that reads clocks, so that tests can set them. */
public interface Time {
  /** The machine's clocks. */
  Time SYSTEM = new Time() {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long millis() {
      return System.currentTimeMillis() + FaultClock.offsetMillis();
    }
  };

  /** Monotonic, for durations; nanoseconds since some moment. */
  long nanos();

  /** The wall clock, for what is stored; milliseconds since 1970. */
  long millis();
}
