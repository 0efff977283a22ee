package dev.nivel.embedded;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WaitTest {
  @Test
  void endsWhenTheConditionComesTrue() {
    AtomicInteger asked = new AtomicInteger();
    assertThat(Wait.until(() -> asked.incrementAndGet() == 3, Duration.ofMinutes(2))).isTrue();
  }

  @Test
  void givesUpAtTheLimit() {
    assertThat(Wait.until(() -> false, Duration.ZERO)).isFalse();
  }

  @Test
  void goesOnWhenInterruptedAndLeavesTheFlagSet() {
    AtomicInteger asked = new AtomicInteger();
    Thread.currentThread().interrupt();
    assertThat(Wait.until(() -> asked.incrementAndGet() == 3, Duration.ofMinutes(2))).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }
}
