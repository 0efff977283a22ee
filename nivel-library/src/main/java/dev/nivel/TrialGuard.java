package dev.nivel;

import java.util.function.Supplier;

/** Lets the calls of a trial through, however many there are to be made, until its time is over. */
record TrialGuard(Breaker breaker) implements Guard {
  @Override
  public <T> T call(Supplier<T> work) {
    breaker.checkTrial();
    return work.get();
  }
}
