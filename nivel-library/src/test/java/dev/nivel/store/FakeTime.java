package dev.nivel.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Clocks that stand still until they are moved. */
public final class FakeTime implements Time {
  private final AtomicLong nanos = new AtomicLong(1);
  private final AtomicLong millis = new AtomicLong(System.currentTimeMillis());

  /** Lets time pass. */
  public void pass(Duration duration) {
    nanos.addAndGet(duration.toNanos());
    millis.addAndGet(duration.toMillis());
  }

  /** Sets the wall clock. */
  public void jump(Duration duration) {
    millis.addAndGet(duration.toMillis());
  }

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public long millis() {
    return millis.get();
  }
}
