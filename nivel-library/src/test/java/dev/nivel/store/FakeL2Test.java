package dev.nivel.store;

/** The fake keeps to the contract. */
class FakeL2Test extends L2Contract {
  private final FakeL2 fake = new FakeL2(new FakeTime());

  @Override
  protected L2 l2() {
    return fake;
  }
}
