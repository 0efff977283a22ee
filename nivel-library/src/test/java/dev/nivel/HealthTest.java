package dev.nivel;

import dev.nivel.store.FakeTime;
import dev.nivel.store.Time;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HealthTest {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(1);

  private final FakeTime time = new FakeTime();
  private Runnable afterLook = () -> {};
  private final Health health = new Health(breaker("redis"), breaker("supabase"), new Time() {
    @Override
    public long nanos() {
      long nanos = time.nanos();
      Runnable then = afterLook;
      afterLook = () -> {};
      then.run();
      return nanos;
    }

    @Override
    public long millis() {
      return time.millis();
    }
  });

  private Breaker breaker(String name) {
    return new Breaker(CircuitBreakerRegistry.ofDefaults(), name,
        new Breaker.Settings(5, Duration.ofSeconds(1), 1, CALL_TIMEOUT), time);
  }

  /** He who looked at the clock first is not always the first to say until when he waits. */
  @Test
  void awaitsTheNoteThatMayComeLast() { // I2
    afterLook = () -> {
      time.pass(Duration.ofMillis(500));
      health.noteMayCome();
    };
    health.noteMayCome();
    long askedNanos = time.nanos() + CALL_TIMEOUT.multipliedBy(2).toNanos();
    health.notesTold(health.notesWritten(), askedNanos - 1);
    assertThat(health.mayBeStale()).isTrue();
    health.notesTold(health.notesWritten(), askedNanos);
    assertThat(health.mayBeStale()).isFalse();
  }
}
