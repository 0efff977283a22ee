package dev.nivel;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30),
      new SplittableRandom(1));

  @Test
  void waitsTwiceAsLongEachTimeUpToABoundLessARandomHalf() {
    long wholeMillis = 500;
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.afterFailure()).isBetween(Duration.ofMillis(wholeMillis / 2),
          Duration.ofMillis(wholeMillis));
      wholeMillis = Math.min(30_000, wholeMillis * 2);
    }
  }

  @Test
  void beginsAnewAfterASuccess() {
    for (int i = 0; i < 10; i++) {
      backoff.afterFailure();
    }
    backoff.reset();
    assertThat(backoff.afterFailure()).isLessThanOrEqualTo(Duration.ofMillis(500));
  }
}
