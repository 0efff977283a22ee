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

/** The short set: the same runs as the long one, with fixed seeds. */
class FaultsIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS) private Path directory;

  private void assertHolds(long seed, int runs, List<FaultKind> kinds) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Options options = Options.mixed(runs, seed, kinds, directory);
    try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        Campaign campaign = new Campaign(options, out)) {
      Totals totals = campaign.execute();
      assertThat(totals.failed() + totals.broken()).as(said.toString(StandardCharsets.UTF_8))
          .isZero();
    }
  }

  /** I1, I2, I5, I6, I7, I11. */
  @Test
  void oneServerKeepsItsPromisesUnderFaults() {
    assertHolds(20, 10, FaultKind.ofSingleRedis());
  }

  /** I1, I2, I5, I6, I7, I11. */
  @Test
  void oneServerWithMuchMemoryKeepsItsPromisesUnderFaults() {
    assertHolds(40, 5, FaultKind.ofSingleRedis());
  }

  /** I1, I2, I10: what was claimed is kept, with and without a journal that is required. */
  @Test
  void oneServerKeepsItsPromisesOnAFullDiskAndWithAJumpingClock() {
    List<FaultKind> kinds = List.of(FaultKind.DISK_FULL, FaultKind.CLOCK_JUMP,
        FaultKind.REDIS_EMPTY, FaultKind.NIVEL_KILL);
    assertHolds(48, 4, kinds);
  }

  /** I4: each sees what the other writes. */
  @Test
  void twoServersAgreeWithoutFaults() {
    assertHolds(10, 3, List.of());
  }
}
