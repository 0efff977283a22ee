package dev.nivel.redis;

import dev.nivel.store.FakeTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RedisClockTest {
  private final FakeTime time = new FakeTime();
  private final RedisClock clock = new RedisClock(time);
  private final long start = time.millis();

  private void measure(long redisMillis) {
    clock.measured(redisMillis, time.millis(), time.millis());
  }

  private long now() {
    return time.millis() + clock.offsetMillis() - start;
  }

  @Test
  void isThisMachinesUntilItIsMeasured() {
    assertThat(clock.offsetMillis()).isZero();
  }

  @Test
  void goesOnFromWhatWasMeasured() {
    clock.measured(start + 5_000, start - 10, start + 10);
    assertThat(now()).isEqualTo(5_000);
    time.pass(Duration.ofHours(1));
    assertThat(now()).isEqualTo(3_605_000);
  }

  /** Seed 431: it was measured while the wall clock was an hour ahead, and Redis went out. */
  @Test
  void isNotBehindWhenTheWallClockWasWrongWhileItWasMeasured() {
    time.jump(Duration.ofHours(1));
    measure(start);
    assertThat(now()).isZero();
    time.jump(Duration.ofHours(-1));
    time.pass(Duration.ofSeconds(10));
    assertThat(now()).isEqualTo(10_000);
  }

  @Test
  void isNotBehindAfterTheMachineSlept() { // the monotonic clock stood still
    measure(start);
    time.jump(Duration.ofMinutes(5));
    assertThat(now()).isEqualTo(300_000);
  }
}
