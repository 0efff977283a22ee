package dev.nivel.store;

import java.time.Duration;

/** The fake keeps to the contract. */
class FakeL2Test extends L2Contract {
  private final FakeTime time = new FakeTime();
  private final FakeL2 fake = new FakeL2(time);

  @Override
  protected L2 l2() {
    return fake;
  }

  @Override
  protected void pass(Duration duration) {
    time.pass(duration);
  }
}
