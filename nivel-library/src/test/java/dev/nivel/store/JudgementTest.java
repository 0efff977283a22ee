package dev.nivel.store;

import dev.nivel.store.Judgement.Verdict;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the doctor thinks of clocks and latencies. */
class JudgementTest {
  @ParameterizedTest
  @CsvSource({
      "0, 0, OK",
      "1000, 0, OK",
      "1001, 0, WARNING",
      "-1001, 0, WARNING",
      "1500, 500, OK",
      "60000, 0, WARNING",
      "60001, 0, MEND",
      "-60001, 0, MEND",
      "-60400, 400, WARNING"})
  void ofAClock(long millis, long uncertaintyMillis, Verdict verdict) {
    assertThat(new ClockDifference(millis, uncertaintyMillis).judgement().verdict())
        .isEqualTo(verdict);
  }

  @Test
  void takesTheMiddleOfTheCallForTheMomentOfTheOtherClock() {
    assertThat(ClockDifference.between(1_000, 1_250, 1_100))
        .isEqualTo(new ClockDifference(200, 50));
    assertThat(new ClockDifference(-7, 1).judgement().seen()).startsWith("7 ms behind");
  }

  @ParameterizedTest
  @CsvSource({
      "1, 2, OK",
      "10, 125, OK",
      "11, 20, WARNING",
      "1, 126, WARNING",
      "126, 130, MEND"})
  void ofALatency(long medianMillis, long greatestMillis, Verdict verdict) {
    Latency latency = new Latency(Duration.ofMillis(medianMillis),
        Duration.ofMillis(greatestMillis));
    assertThat(latency.judgement(Duration.ofMillis(10), Duration.ofMillis(250), "X").verdict())
        .isEqualTo(verdict);
  }

  @Test
  void takesTheMedianOfCallsAndLeavesTheFirstOut() {
    FakeTime time = new FakeTime();
    AtomicInteger call = new AtomicInteger();
    long[] millis = {900, 1, 5, 3};
    Latency latency = Latency.measure(time, 3,
        () -> time.pass(Duration.ofMillis(millis[call.getAndIncrement()])));
    assertThat(latency).isEqualTo(new Latency(Duration.ofMillis(3), Duration.ofMillis(5)));
  }
}
