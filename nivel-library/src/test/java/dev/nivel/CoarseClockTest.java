package dev.nivel;

import dev.nivel.store.FakeTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CoarseClockTest {
  private final FakeTime time = new FakeTime();
  private final CoarseClock clock = new CoarseClock(time);

  @Test
  void followsWhoeverReadsTheTimeAMillisecondLater() {
    long before = clock.tick();
    long millis = clock.millis();
    time.pass(Duration.ofMillis(1));
    clock.follow(time.nanos());
    assertThat(clock.tick()).isEqualTo(before);
    time.pass(Duration.ofMillis(4));
    clock.follow(time.nanos());
    assertThat(clock.tick()).isEqualTo(before + 5_000);
    assertThat(clock.millis()).isEqualTo(millis + 5);
  }

  @Test
  void neverGoesBack() {
    for (int i = 0; i < 10_000; i++) {
      clock.advance();
    }
    long advanced = clock.tick();
    time.pass(Duration.ofMillis(2));
    clock.follow(time.nanos());
    clock.refresh();
    assertThat(clock.tick()).isEqualTo(advanced);
    time.pass(Duration.ofMillis(20));
    clock.follow(time.nanos());
    assertThat(clock.tick()).isGreaterThan(advanced);
  }
}
