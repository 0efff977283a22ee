package dev.nivel.faults.outage;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CountedTest {
  private final Counted counted = new Counted();

  private void write(boolean isAcknowledged) {
    assertThat(counted.tryToBegin()).isTrue();
    counted.end(counted.next(), isAcknowledged);
  }

  @Test
  void isWrittenByOneAtATime() {
    assertThat(counted.tryToBegin()).isTrue();
    assertThat(counted.tryToBegin()).isFalse();
    counted.end(counted.next(), true);
    assertThat(counted.tryToBegin()).isTrue();
  }

  @Test
  void mustBeSeenFromItsAcknowledgementOn() {
    write(true);
    assertThat(counted.isRight(1, counted.acknowledged())).isTrue();
    assertThat(counted.isRight(0, counted.acknowledged())).isFalse();
  }

  @Test
  void mayBeSeenBeforeAndIfItsOutcomeIsUnknown() {
    write(true);
    write(false);
    assertThat(counted.isRight(1, counted.acknowledged())).isTrue();
    assertThat(counted.isRight(2, counted.acknowledged())).isTrue();
    assertThat(counted.isRight(3, counted.acknowledged())).isFalse();
  }
}
