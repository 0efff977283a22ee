package dev.nivel.store;

import dev.nivel.store.Judgement.Verdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
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
      "600000, 0, WARNING"})
  void ofAClockAgainstThisMachines(long millis, long uncertaintyMillis, Verdict verdict) {
    assertThat(new ClockDifference(millis, uncertaintyMillis).judgement().verdict())
        .isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({
      "0, 1000, OK",
      "500000, 500000, OK",
      "0, -1001, WARNING",
      "-500, 60500, MEND",
      "-500, 59500, WARNING",
      "61000, 0, MEND"})
  void ofTheClocksOfStoresAgainstEachOther(long redisMillis, long supabaseMillis,
      Verdict verdict) {
    Map<String, ClockDifference> clocks = new LinkedHashMap<>();
    clocks.put("redis at a:1", new ClockDifference(redisMillis, 0));
    assertThat(ClockDifference.judgement(clocks)).isEmpty();
    clocks.put("supabase", new ClockDifference(supabaseMillis, 0));
    Judgement judgement = ClockDifference.judgement(clocks).orElseThrow();
    assertThat(judgement.verdict()).isEqualTo(verdict);
    assertThat(judgement.advice().isEmpty()).isEqualTo(verdict == Verdict.OK);
  }

  @Test
  void ofClocksWhatIsUncertainOfEitherIsInTheirFavour() {
    Map<String, ClockDifference> clocks = new LinkedHashMap<>();
    clocks.put("redis at a:1", new ClockDifference(1_400, 200));
    clocks.put("supabase", new ClockDifference(0, 200));
    assertThat(ClockDifference.judgement(clocks)).contains(Judgement.ok(
        "redis at a:1 is 1400 ms ahead of supabase (give or take 400 ms)"));
    clocks.put("redis at b:2", new ClockDifference(70_000, 0));
    assertThat(ClockDifference.judgement(clocks).orElseThrow().seen())
        .startsWith("supabase is 70000 ms behind redis at b:2");
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
    Latency latency = Latency.measure(time, 3, Duration.ofSeconds(1),
        () -> time.pass(Duration.ofMillis(millis[call.getAndIncrement()])));
    assertThat(latency).isEqualTo(new Latency(Duration.ofMillis(3), Duration.ofMillis(5)));
  }

  @ParameterizedTest
  @CsvSource({
      "100, 10, 10",
      "1000, 10, 4",
      "5000, 10, 3",
      "100, 2, 2"})
  void makesNoMoreCallsThanFitInABudgetButThree(long millis, int callsMax, int counted) {
    FakeTime time = new FakeTime();
    AtomicInteger calls = new AtomicInteger();
    Latency latency = Latency.measure(time, callsMax, Duration.ofSeconds(5), () -> {
      calls.incrementAndGet();
      time.pass(Duration.ofMillis(millis));
    });
    assertThat(calls).hasValue(counted + 1);
    assertThat(latency.median()).isEqualTo(Duration.ofMillis(millis));
  }
}
