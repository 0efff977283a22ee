package dev.nivel.faults.outage;

import dev.nivel.faults.outage.Sample.Answer;
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
    add(dueMillis, millis, isRead, new Answer(outcome, ""));
  }

  private void add(long dueMillis, long millis, boolean isRead, Answer answer) {
    samples.add(new Sample(dueMillis * MILLI, 0, millis * MILLI, isRead, answer));
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

  @Test
  void saysWhyRequestsFailedAndInWhichSeconds() {
    for (int millis : List.of(1_500, 2_500, 3_500, 7_000)) {
      add(millis, 2, false, Answer.failed("503 no"));
    }
    add(1_500, 2, true, Answer.wrong("older"));
    assertThat(report(Duration.ofSeconds(3)).reasons()).containsExactly(
        "4 writes failed (second 0-2, 6): 503 no", "1 reads wrong (second 0): older");
  }

  @Test
  void namesTheFiveCommonestReasons() {
    for (int reason = 1; reason <= 7; reason++) {
      for (int i = 0; i < reason; i++) {
        add(2_000, 2, true, Answer.failed("reason " + "ABCDEFG".charAt(reason - 1)));
      }
    }
    assertThat(report(Duration.ofSeconds(3)).reasons()).hasSize(6)
        .startsWith("7 reads failed (second 1): reason G")
        .endsWith("3 for 2 other reasons");
  }

  @Test
  void saysHowFarTheSenderFellBehind() {
    samples.add(new Sample(2_000 * MILLI, 20 * MILLI, 25 * MILLI, true, Answer.RIGHT));
    assertThat(report(Duration.ofSeconds(3)).reasons()).isEmpty();
    samples.add(new Sample(2_000 * MILLI, 70 * MILLI, 75 * MILLI, true, Answer.RIGHT));
    assertThat(report(Duration.ofSeconds(3)).reasons()).containsExactly(
        "1 requests were sent over 20 ms late, up to 70 ms, as their sender fell behind");
  }

  @Test
  void takesMessagesThatDifferInNumbersTogether() {
    add(2_000, 2, true, Answer.failed("over 250 ms\n(failures 3 of 5)"));
    add(3_000, 2, true, Answer.failed("over 250 ms\n(failures 4 of 5)"));
    assertThat(report(Duration.ofSeconds(3)).reasons())
        .containsExactly("2 reads failed (second 1-2): over 250 ms (failures 3 of 5)");
  }
}
