package dev.nivel;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.util.function.Supplier;

/**
 * A breaker whose calls are timed, and whose failures are counted, for one level. To callers a
 * store that only an operator can mend is out, like one that does not answer.
 */
final class MeteredBreaker implements Guard {
  private final Breaker breaker;
  private final LevelMeter meter;
  private final Time time;

  MeteredBreaker(Breaker breaker, LevelMeter meter, Time time) {
    this.breaker = breaker;
    this.meter = meter;
    this.time = time;
  }

  @Override
  public <T> T call(Supplier<T> work) {
    long start = time.nanos();
    try {
      T result = breaker.call(work);
      meter.latency(time.nanos() - start);
      return result;
    } catch (UnavailableException e) {
      meter.error();
      throw e;
    } catch (ConfigurationException e) {
      meter.error();
      throw new UnavailableException(e.getMessage(), Outcome.NOT_APPLIED, e);
    }
  }

  LevelMeter meter() {
    return meter;
  }
}
