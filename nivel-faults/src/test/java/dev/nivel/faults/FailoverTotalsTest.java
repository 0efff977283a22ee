package dev.nivel.faults;

import dev.nivel.faults.check.Exemptions;
import dev.nivel.faults.check.Lags;
import dev.nivel.faults.cluster.RedisKind;
import dev.nivel.faults.history.Call;
import dev.nivel.faults.history.History;
import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Outcome;
import dev.nivel.faults.history.Reply;
import dev.nivel.faults.history.Seen;
import dev.nivel.faults.plan.Planner;
import dev.nivel.faults.plan.Promotion;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FailoverTotalsTest {
  private static final Reply ACKNOWLEDGED = new Reply(Outcome.OK, 200, List.of(1L),
      List.of("redis"), "", Seen.NOTHING);

  private final History history = new History();
  private final FailoverTotals totals = new FailoverTotals();

  private void put(long millis) {
    Call call = new Call(0, 0, Kind.PUT, "call", "x", List.of("1"), 0);
    history.add(new Operation(call, nanos(millis), nanos(millis), ACKNOWLEDGED));
  }

  private static long nanos(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  private RunResult result(List<Promotion> promotions) {
    RunResult.Findings findings = new RunResult.Findings(List.of(), new Exemptions(), new Lags(),
        new RunResult.Damage(0, 0), promotions);
    return new RunResult(Planner.failover(1, RedisKind.CLUSTER), history, findings,
        Duration.ofSeconds(1), Duration.ofSeconds(9));
  }

  @Test
  void countWhatWasAcknowledgedFromTheLossOfAMasterUntilAllWasNormal() {
    List.of(999L, 1_001L, 3_000L, 3_999L, 4_001L).forEach(this::put);
    totals.add(result(List.of(new Promotion(nanos(1_000), nanos(3_000), 500))));
    assertThat(totals.describe())
        .contains("failovers 1, in 1 of them Redis lost acknowledged writes, 500 bytes in all")
        .contains("until normal mode 3\n")
        .contains("median 2.0 s");
  }

  /** A master pings its replicas, and that is no write. */
  @Test
  void takeAPingForNoLoss() {
    totals.add(result(List.of(new Promotion(nanos(1_000), nanos(3_000), 14))));
    assertThat(totals.describe()).contains("in 0 of them");
  }

  @Test
  void sayNothingWhereNoMasterWasLost() {
    totals.add(result(List.of()));
    assertThat(totals.describe()).isEmpty();
  }
}
