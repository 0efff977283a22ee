package dev.nivel;

import dev.nivel.store.Time;
import java.util.function.LongSupplier;

/**
 * The time of stamps and expiries, which all nodes share: Redis's, as measured lately. Durations
 * are this machine's own.
 */
record SharedTime(Time own, LongSupplier offsetMillis) implements Time {
  @Override
  public long nanos() {
    return own.nanos();
  }

  @Override
  public long millis() {
    return own.millis() + offsetMillis.getAsLong();
  }
}
