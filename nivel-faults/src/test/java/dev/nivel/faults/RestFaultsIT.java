package dev.nivel.faults;

import dev.nivel.faults.plan.FaultKind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The short set over REST. */
class RestFaultsIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS) private Path directory;

  private Totals assertHolds(long seed, int runs, List<FaultKind> kinds) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Options options = Options.mixed(runs, seed, kinds, directory).overRest();
    try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        Campaign campaign = new Campaign(options, out)) {
      Totals totals = campaign.execute();
      assertThat(totals.failed() + totals.broken()).as(said.toString(StandardCharsets.UTF_8))
          .isZero();
      return totals;
    }
  }

  /** I7: writes past a Redis that is out, of which PostgREST commits some without a reply. */
  @Test
  void nothingIsToldAsRefusedIfPostgrestHasCommittedIt() {
    List<FaultKind> kinds = List.of(FaultKind.REST_LOSE_REPLY, FaultKind.REDIS_CUT);
    assertThat(assertHolds(43, 1, kinds).lostReplies()).isPositive();
  }

  /** I1, I2, I7: the same with a Redis that is lost or frozen. */
  @Test
  void nothingIsLostOrThereTwiceIfRepliesOfCommitsAreLost() {
    List<FaultKind> kinds = List.of(FaultKind.REST_LOSE_REPLY, FaultKind.REDIS_EMPTY,
        FaultKind.REDIS_FREEZE);
    assertThat(assertHolds(21, 3, kinds).lostReplies()).isPositive();
  }

  /** I1, I2, I4, I9. */
  @Test
  void twoServersKeepTheirPromisesWithoutPostgrest() {
    List<FaultKind> kinds = List.of(FaultKind.REST_FREEZE, FaultKind.REST_KILL,
        FaultKind.REST_LOSE_REPLY, FaultKind.REDIS_EMPTY, FaultKind.REDIS_FREEZE);
    assertHolds(30, 4, kinds);
  }

  /** I3, I4, I10. */
  @Test
  void oneServerHasNothingToRefuseWithoutFaults() {
    assertHolds(1, 1, List.of());
  }
}
