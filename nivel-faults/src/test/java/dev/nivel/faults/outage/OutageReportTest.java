package dev.nivel.faults.outage;

import dev.nivel.faults.outage.Sample.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OutageReportTest {
  private static final long MILLI = 1_000_000;
  private static final long BEGUN = 1_000 * MILLI;
  private static final long HEALED = 11_000 * MILLI;

  private final List<Sample> samples = new ArrayList<>();

  OutageReportTest() {
    for (int i = 0; i < 2_000; i++) {
      add(1_000 + 5 * i, 2, i % 2 == 0, Outcome.RIGHT);
    }
  }

  private void add(long dueMillis, long millis, boolean isRead, Outcome outcome) {
    samples.add(new Sample(dueMillis * MILLI, millis * MILLI, isRead, outcome));
  }

  private OutageReport report(Duration recovery) {
    return new OutageReport(Outage.KILLED, samples, BEGUN, HEALED, recovery);
  }

  private boolean isAsPromised() {
    return report(Duration.ofSeconds(3)).isAsPromised();
  }

  @Test
  void isAsPromisedIfHardlyAnybodyNoticed() {
    add(1_100, 200, true, Outcome.FAILED); // before the first deadline has passed
    assertThat(isAsPromised()).isTrue();
    assertThat(report(Duration.ofSeconds(3)).row())
        .startsWith("| killed | 2001 | 99.950 % | 0 | 0 | 1 | 0 | 2.0, 2.0, 200 |")
        .endsWith("| 3.0 s |");
  }

  @Test
  void isNotIfARequestFailsLater() {
    add(5_000, 2, true, Outcome.FAILED);
    assertThat(isAsPromised()).isFalse();
  }

  @Test
  void isNotIfAnAnswerIsWrong() {
    add(5_000, 2, true, Outcome.WRONG);
    assertThat(isAsPromised()).isFalse();
  }

  @Test
  void isNotIfManyAnswersAreStale() {
    for (int i = 0; i < 5; i++) {
      add(5_000, 2, true, Outcome.STALE);
    }
    assertThat(isAsPromised()).isFalse();
  }

  @Test
  void isNotIfReadsAreSlow() {
    for (int i = 0; i < 30; i++) {
      add(5_000, 300, true, Outcome.RIGHT);
    }
    assertThat(isAsPromised()).isFalse();
  }

  @Test
  void isNotIfItTakesLongToBeNormal() {
    assertThat(report(Duration.ofSeconds(16)).isAsPromised()).isFalse();
  }

  @Test
  void leavesOutWhatCameBeforeAndAfter() {
    add(900, 9_000, true, Outcome.WRONG);
    add(14_001, 9_000, true, Outcome.FAILED);
    assertThat(isAsPromised()).isTrue();
  }
}
