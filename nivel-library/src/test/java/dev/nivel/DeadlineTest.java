package dev.nivel;

import dev.nivel.store.Entry;
import dev.nivel.store.FakeTime;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import dev.nivel.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static dev.nivel.EngineFixture.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DeadlineTest {
  private static final Duration CALL = Duration.ofSeconds(6);

  @Test
  void shortensWaitsToWhatIsLeft() {
    FakeTime time = new FakeTime();
    Deadline deadline = Deadline.after(Duration.ofSeconds(10), time);
    assertThat(deadline.atMost(Duration.ofSeconds(4))).isEqualTo(Duration.ofSeconds(4));
    time.pass(Duration.ofSeconds(7));
    assertThat(deadline.atMost(Duration.ofSeconds(4))).isEqualTo(Duration.ofSeconds(3));
    deadline.check();
    time.pass(Duration.ofSeconds(4));
    assertThat(deadline.atMost(Duration.ofSeconds(4))).isZero();
    assertThat(deadline.isOver()).isTrue();
    assertThatThrownBy(() -> deadline.check(Outcome.UNKNOWN))
        .isInstanceOfSatisfying(UnavailableException.class,
            e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN))
        .hasMessageContaining("10000 ms");
  }

  /** Ten seconds for a request, while calls take six each. */
  @Nested
  class OfARequest {
    private EngineFixture nivel;

    @BeforeEach
    void open(@TempDir Path directory) {
      nivel = new EngineFixture(directory);
    }

    private Duration elapsed(Runnable request) {
      long start = nivel.time.nanos();
      request.run();
      return Duration.ofNanos(nivel.time.nanos() - start);
    }

    private void assertUnavailable(Outcome outcome, Runnable request) {
      assertThatThrownBy(request::run).isInstanceOfSatisfying(UnavailableException.class,
          e -> assertThat(e.outcome()).isEqualTo(outcome));
    }

    @Test
    void endsAReadThatWouldGoOnToL3() {
      nivel.call.append(turns(3));
      nivel.engine.levels().l1().expire();
      nivel.l2.beforeReply = () -> {
        nivel.time.pass(CALL.multipliedBy(2));
        throw new UnavailableException("slow");
      };
      int before = nivel.l3.calls.get();
      Duration elapsed = elapsed(() -> assertThat(nivel.call.last(5).isStale()).isTrue());
      assertThat(elapsed).isLessThanOrEqualTo(Duration.ofSeconds(10).plus(CALL));
      assertThat(nivel.l3.calls.get()).isEqualTo(before);
    }

    @Test
    void endsAReadOfALongLogBetweenItsLoads() {
      nivel.call.append(turns(300));
      nivel.engine.sync().runForced();
      nivel.openRedisBreaker();
      nivel.l3.beforeReply = () -> nivel.time.pass(Duration.ofSeconds(11));
      int before = nivel.l3.calls.get();
      ItemsPage page = nivel.call.last(300); // as after a failure of L3: what is there
      assertThat(page.isStale()).isTrue();
      assertThat(page.items()).hasSizeLessThan(300);
      assertThat(nivel.l3.calls.get() - before).isEqualTo(1);
    }

    @Test
    void endsAWriteThatIsOvertakenAgainAndAgain() {
      nivel.call.put("slots", json("0"));
      nivel.openRedisBreaker();
      nivel.l3.beforeCommit = () -> {
        nivel.time.pass(CALL);
        overtake();
      };
      Duration elapsed = elapsed(() -> assertUnavailable(Outcome.NOT_APPLIED,
          () -> nivel.call.put("slots", json("1"))));
      assertThat(elapsed).isEqualTo(CALL.multipliedBy(2));
    }

    private void overtake() {
      Stamp newer = Stamp.at(nivel.time.millis() + 5_000, 9);
      nivel.l3.write(List.of(new Write(ID,
          Entry.of("slots", newer, json("2")))));
    }

    @Test
    void leavesTheOutcomeOfAWriteOpenThatRedisMayHave() {
      nivel.l2.afterWriteOnce = () -> {
        nivel.time.pass(CALL.multipliedBy(2));
        throw new UnavailableException("the reply was lost", Outcome.UNKNOWN, null);
      };
      int before = nivel.l3.calls.get();
      assertUnavailable(Outcome.UNKNOWN, () -> nivel.call.put("slots", json("1")));
      assertThat(nivel.l3.calls.get()).isEqualTo(before);
    }

    @Test
    void leavesTheOutcomeOfAWriteOpenThatWasToWaitForL3() {
      nivel.l2.afterWriteOnce = () -> nivel.time.pass(CALL.multipliedBy(2));
      assertUnavailable(Outcome.UNKNOWN,
          () -> nivel.call.put("slots", json("1"), WriteOptions.DEFAULT.durable()));
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("1"));
      assertThat(nivel.ledger().pending()).isEqualTo(1);
    }
  }
}
