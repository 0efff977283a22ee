package dev.nivel.store;

/** The fake keeps to the contract. */
class FakeL3Test extends L3Contract {
  private final FakeL3 fake = new FakeL3(new FakeTime());

  @Override
  protected L3 l3() {
    return fake;
  }
}
