package dev.nivel;

import dev.nivel.store.FakeTime;
import dev.nivel.store.UnavailableException;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WriteGateTest {
  private final FakeTime time = new FakeTime();
  private final Breaker breaker = new Breaker(CircuitBreakerRegistry.ofDefaults(), "supabase",
      new Breaker.Settings(3, Duration.ofSeconds(30), 2, Duration.ofSeconds(5)), time);
  private final WriteGate gate = new WriteGate(
      new MeteredBreaker(breaker, new LevelMeter(), time), time);
  private final AtomicInteger calls = new AtomicInteger();
  private boolean isReadOnly = true;

  private int write() {
    if (isReadOnly) {
      calls.incrementAndGet();
      throw UnavailableException.readOnly("the disk is full");
    }
    return calls.incrementAndGet();
  }

  private void assertRefused() {
    assertThatThrownBy(() -> gate.call(this::write)).isInstanceOf(UnavailableException.class)
        .hasMessage("the disk is full");
  }

  @Test
  void keepsWritesFromAStoreThatTakesNoneButNotReads() {
    for (int i = 0; i < 10; i++) {
      assertRefused();
    }
    assertThat(calls).hasValue(1);
    assertThat(gate.isOpen()).isFalse();
    assertThat(breaker.isClosed()).isTrue();
    assertThat(gate.breaker().<String>call(() -> "read")).isEqualTo("read");
  }

  @Test
  void triesAgainAfterAWhile() {
    assertRefused();
    time.pass(Duration.ofSeconds(5));
    assertRefused();
    assertThat(calls).hasValue(2);
    time.pass(Duration.ofSeconds(5));
    isReadOnly = false;
    assertThat(gate.<Integer>call(this::write)).isEqualTo(3);
    assertThat(gate.isOpen()).isTrue();
  }

  @Test
  void isClosedByAHeartbeatAndOpenedByTheNextOneThatSucceeds() {
    assertThatThrownBy(() -> gate.heartbeat(this::write)).hasMessage("the disk is full");
    assertRefused();
    assertThat(calls).hasValue(1);
    isReadOnly = false;
    gate.heartbeat(this::write);
    assertThat(gate.<Integer>call(this::write)).isEqualTo(3);
  }

  /** An update in place may succeed on a disk that is full. */
  @Test
  void isNotOpenedByAHeartbeatSoonAfterAWriteWasRefused() {
    assertRefused();
    for (int second = 0; second < 59; second++) {
      time.pass(Duration.ofSeconds(1));
      gate.heartbeat(() -> "an update in place");
      assertThat(gate.isOpen()).isFalse();
    }
    time.pass(Duration.ofSeconds(1));
    gate.heartbeat(() -> "an update in place");
    assertThat(gate.isOpen()).isTrue();
  }

  @Test
  void tellsSinceWhenItIsClosedOrOpenAgain() {
    assertThat(gate.changedMillis()).isZero();
    long start = time.millis();
    assertRefused();
    time.pass(Duration.ofSeconds(7));
    assertRefused();
    assertThat(gate.changedMillis()).isEqualTo(start);
    time.pass(Duration.ofSeconds(5));
    isReadOnly = false;
    gate.call(this::write);
    assertThat(gate.changedMillis()).isEqualTo(start + 12_000);
  }

  @Test
  void leavesOtherFailuresToTheBreaker() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> gate.call(() -> {
        throw new UnavailableException("out");
      })).hasMessage("out");
    }
    assertThat(gate.isOpen()).isTrue();
    assertThat(breaker.isClosed()).isFalse();
  }
}
