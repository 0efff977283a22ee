package dev.nivel;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.FakeTime;
import dev.nivel.store.RejectedException;
import dev.nivel.store.RejectedException.Reason;
import dev.nivel.store.UnavailableException;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BreakerTest {
  private final FakeTime time = new FakeTime();
  private final Breaker breaker = new Breaker(CircuitBreakerRegistry.ofDefaults(), "redis",
      new Breaker.Settings(3, Duration.ofSeconds(30), 2, Duration.ofMillis(250)),
      time);

  private void fail() {
    assertThatThrownBy(() -> breaker.call(() -> {
      throw new UnavailableException("a failure");
    })).isInstanceOf(UnavailableException.class);
  }

  private void succeed() {
    assertThat(breaker.<String>call(() -> "ok")).isEqualTo("ok");
  }

  private void open() {
    for (int i = 0; i < 3; i++) {
      fail();
    }
    assertThat(breaker.state()).isEqualTo("OPEN");
  }

  @Nested
  class WhenTheStoreIsBack {
    private final AtomicInteger looks = new AtomicInteger();

    private boolean isBack() {
      return breaker.isBack(looks::incrementAndGet);
    }

    @Test
    void isLookedAfterBeforeATrialIsDue() {
      open();
      assertThat(isBack()).isFalse();
      time.pass(Duration.ofSeconds(1));
      assertThat(breaker.isTrialDue()).isFalse();
      assertThat(isBack()).isTrue();
      assertThat(looks.get()).isEqualTo(1);
      assertThat(breaker.state()).isEqualTo("OPEN");
    }

    @Test
    void isNotBackIfTheLookFailsOrIsSlow() {
      open();
      time.pass(Duration.ofSeconds(1));
      assertThat(breaker.isBack(() -> {
        throw new UnavailableException("a failure");
      })).isFalse();
      assertThat(breaker.isBack(() -> time.pass(Duration.ofMillis(260)))).isFalse();
    }

    @Test
    void waitsForItsTrialIfTheStoreWasSlow() {
      for (int i = 0; i < 3; i++) {
        breaker.call(() -> {
          time.pass(Duration.ofMillis(220));
          return "ok";
        });
      }
      assertThat(breaker.state()).isEqualTo("OPEN");
      time.pass(Duration.ofSeconds(1));
      assertThat(isBack()).isFalse();
      assertThat(looks.get()).isZero();
    }

    @Test
    void waitsForItsTrialIfItNeedsItsOperator() {
      breaker.openForOperator(new ConfigurationException("a password"));
      time.pass(Duration.ofSeconds(1));
      assertThat(isBack()).isFalse();
    }
  }

  @Nested
  class Closed {
    @Test
    void opensAfterConsecutiveFailures() {
      fail();
      fail();
      assertThat(breaker.state()).isEqualTo("CLOSED");
      assertThat(breaker.counts().consecutiveFailures()).isEqualTo(2);
      fail();
      assertThat(breaker.state()).isEqualTo("OPEN");
      assertThat(breaker.counts().opened()).isEqualTo(1);
    }

    @Test
    void staysClosedIfCallsFindNoFreeConnection() {
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(() -> breaker.call(() -> {
          throw UnavailableException.busy("all connections are taken");
        })).isInstanceOf(UnavailableException.class);
      }
      assertThat(breaker.state()).isEqualTo("CLOSED");
    }

    @Test
    void staysClosedIfASuccessComesBetween() {
      for (int i = 0; i < 5; i++) {
        fail();
        fail();
        succeed();
      }
      assertThat(breaker.state()).isEqualTo("CLOSED");
      assertThat(breaker.counts().consecutiveFailures()).isZero();
    }

    @Test
    void opensAfterConsecutiveSlowCalls() {
      for (int i = 0; i < 3; i++) {
        breaker.call(() -> {
          time.pass(Duration.ofMillis(220));
          return "slow";
        });
      }
      assertThat(breaker.state()).isEqualTo("OPEN");
    }

    @Test
    void doesNotTakeSlowForOutWhileNothingCouldTakeItsPlace() {
      breaker.substitute(() -> false);
      for (int i = 0; i < 5; i++) {
        breaker.call(() -> {
          time.pass(Duration.ofMillis(240));
          return "slow";
        });
      }
      assertThat(breaker.state()).isEqualTo("CLOSED");
    }

    @Test
    void isTriedSoonWhileNothingCanTakeItsPlace() {
      breaker.open("a reason");
      time.pass(Duration.ofSeconds(1));
      assertThat(breaker.isTrialDue()).isFalse();
      breaker.substitute(() -> false);
      assertThat(breaker.isTrialDue()).isTrue();
    }

    @Test
    void opensAtOnceForAnErrorThatOnlyAnOperatorCanMend() {
      assertThatThrownBy(() -> breaker.call(() -> {
        throw new ConfigurationException("a password");
      })).isInstanceOf(ConfigurationException.class);
      assertThat(breaker.state()).isEqualTo("OPEN");
      assertThat(breaker.counts().needsOperator()).isTrue();
      assertThat(breaker.counts().reason()).isEqualTo("a password");
    }

    @Test
    void takesARefusalForASignOfLife() {
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(() -> breaker.call(() -> {
          throw new RejectedException(Reason.CONDITION, "a condition");
        })).isInstanceOf(RejectedException.class);
      }
      assertThat(breaker.state()).isEqualTo("CLOSED");
    }
  }

  @Nested
  class Open {
    @Test
    void letsNoCallThrough() { // I10
      open();
      AtomicInteger calls = new AtomicInteger();
      assertThatThrownBy(() -> breaker.call(calls::incrementAndGet))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("OPEN");
      time.pass(Duration.ofHours(1));
      assertThatThrownBy(() -> breaker.call(calls::incrementAndGet))
          .isInstanceOf(UnavailableException.class);
      assertThat(calls).hasValue(0);
    }

    @Test
    void isDueForATrialWhenItsTimeIsOver() {
      open();
      time.pass(Duration.ofSeconds(29));
      assertThat(breaker.isTrialDue()).isFalse();
      time.pass(Duration.ofSeconds(1));
      assertThat(breaker.isTrialDue()).isTrue();
    }
  }

  @Nested
  class ATrial {
    @Test
    void closesItAfterItsCallsAndTheReconciliation() {
      open();
      List<String> steps = new ArrayList<>();
      assertThat(breaker.tryToClose(call -> steps.add("call " + call + " " + breaker.state()),
          () -> steps.add("reconcile"))).isTrue();
      assertThat(steps).containsExactly("call 0 HALF_OPEN", "call 1 HALF_OPEN", "reconcile");
      succeed();
    }

    @Test
    void letsNoOtherCallThrough() { // I10
      open();
      breaker.tryToClose(call -> assertThatThrownBy(() -> breaker.call(() -> "user"))
          .isInstanceOf(UnavailableException.class), () -> {});
    }

    @Test
    void opensItAgainIfAnyCallFails() {
      open();
      assertThat(breaker.tryToClose(call -> {
        if (call == 1) {
          throw new UnavailableException("the second call");
        }
      }, () -> {
        throw new AssertionError("not reached");
      })).isFalse();
      assertThat(breaker.state()).isEqualTo("OPEN");
      assertThat(breaker.isTrialDue()).isFalse();
      time.pass(Duration.ofSeconds(30));
      assertThat(breaker.isTrialDue()).isTrue();
    }

    @Test
    void opensItAgainWhateverGoesWrong() { // I10
      open();
      assertThatThrownBy(() -> breaker.tryToClose(call -> {
        throw new IllegalStateException("a mistake of ours");
      }, () -> {})).isInstanceOf(IllegalStateException.class);
      assertThat(breaker.state()).isEqualTo("OPEN");
    }

    @Test
    void opensItAgainIfTheReconciliationHasNoEnd() { // I10
      open();
      TrialGuard guard = new TrialGuard(breaker);
      AtomicInteger calls = new AtomicInteger();
      assertThat(breaker.tryToClose(call -> {}, () -> {
        while (calls.incrementAndGet() < 1_000) {
          guard.run(() -> time.pass(Duration.ofSeconds(10)));
        }
      })).isFalse();
      assertThat(calls).hasValueBetween(31, 32);
      assertThat(breaker.state()).isEqualTo("OPEN");
    }

    @Test
    void opensItAgainIfTheReconciliationFails() {
      open();
      assertThat(breaker.tryToClose(call -> {}, () -> {
        throw new UnavailableException("half way");
      })).isFalse();
      assertThat(breaker.state()).isEqualTo("OPEN");
    }
  }

  /** Whoever reads the log learns of each change once (I10). */
  @Test
  void saysInOutlineWhyItIsOut() {
    open();
    assertThat(breaker.outline()).isEqualTo("its calls fail");
    breaker.tryToClose(call -> {}, () -> {});
    for (int i = 0; i < 3; i++) {
      breaker.call(() -> {
        time.pass(Duration.ofMillis(220));
        return "slow";
      });
    }
    assertThat(breaker.outline()).isEqualTo("its calls are too slow");
  }

  private void openAndClose() {
    breaker.open("meanwhile");
    breaker.tryToClose(call -> {}, () -> {});
  }

  @Test
  void aSlowCallOfAnEarlierStateHasNoVote() { // I10
    for (int i = 0; i < 6; i++) {
      breaker.call(() -> {
        openAndClose();
        time.pass(Duration.ofMillis(240));
        return "slow and late";
      });
    }
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void aCallOfAnEarlierStateCanNotSendForTheOperatorEither() { // I10
    assertThatThrownBy(() -> breaker.call(() -> {
      openAndClose();
      throw new ConfigurationException("late");
    })).hasMessage("late");
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }

  @Test
  void aCallOfAnEarlierStateHasNoVote() { // I10
    fail();
    fail();
    assertThatThrownBy(() -> breaker.call(() -> {
      openAndClose();
      throw new UnavailableException("late");
    })).isInstanceOf(UnavailableException.class);
    assertThat(breaker.counts().consecutiveFailures()).isZero();
    fail();
    fail();
    assertThat(breaker.state()).isEqualTo("CLOSED");
  }
}
