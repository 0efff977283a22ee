package dev.nivel;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.FakeTime;
import dev.nivel.store.UnavailableException;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a breaker writes into the log. */
class BreakerLogTest {
  private final FakeTime time = new FakeTime();
  private final Breaker breaker = new Breaker(CircuitBreakerRegistry.ofDefaults(), "redis",
      new Breaker.Settings(3, Duration.ofSeconds(30), 2, Duration.ofMillis(250)), time);
  private final List<String> lines = new ArrayList<>();
  private final Handler handler = new Handler() {
    @Override
    public void publish(LogRecord line) {
      if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
        lines.add(line.getMessage());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  };
  private final Logger log = Logger.getLogger(Breaker.class.getName());

  private void open() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> breaker.call(() -> {
        throw new UnavailableException("a failure");
      })).hasMessage("a failure");
    }
  }

  @BeforeEach
  void listen() {
    log.addHandler(handler);
    breaker.effect(() -> "; the mode is bypass now");
  }

  @AfterEach
  void listenNoMore() {
    log.removeHandler(handler);
  }

  @Test
  void hasOneLineForEachChangeHoweverManyTrialsFail() {
    Instant start = breaker.since();
    time.pass(Duration.ofSeconds(1));
    open();
    assertThat(lines).containsExactly("redis is out (a failure); the mode is bypass now");
    for (int i = 0; i < 5; i++) {
      String reason = "trial " + i;
      time.pass(Duration.ofSeconds(30));
      breaker.tryToClose(call -> {
        throw new UnavailableException(reason);
      }, () -> {});
    }
    assertThat(lines).hasSize(1);
    assertThat(breaker.since()).isEqualTo(start.plusSeconds(1));
    assertThat(breaker.counts().reason()).isEqualTo("trial 4");
    time.pass(Duration.ofSeconds(30));
    breaker.tryToClose(call -> {}, () -> {});
    assertThat(lines).hasSize(2)
        .last()
        .asString()
        .startsWith("redis is used again (a trial succeeded)");
    assertThat(breaker.since()).isEqualTo(start.plusSeconds(181));
  }

  @Test
  void saysAnewThatAnOperatorIsNeededIfThatTurnsOutLater() {
    open();
    for (int i = 0; i < 3; i++) {
      breaker.tryToClose(call -> {
        throw new ConfigurationException("a password");
      }, () -> {});
    }
    assertThat(lines).hasSize(2).last().asString().contains("operator", "a password");
    assertThat(breaker.outline()).contains("operator");
  }
}
