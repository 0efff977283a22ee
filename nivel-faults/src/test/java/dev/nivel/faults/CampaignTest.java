package dev.nivel.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class CampaignTest {
  @TempDir private Path directory;

  /** No cluster starts where its directory can't be made. */
  @Test
  void goesOnAfterARunThatCanNotBeMadeAndDoesNotTakeItForAFinding() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Options options = Options.mixed(2, 1, List.of(), file);
    try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        Campaign campaign = new Campaign(options, out)) {
      Totals totals = campaign.execute();
      assertThat(totals.broken()).isEqualTo(2);
      assertThat(totals.failed()).isZero();
      assertThat(totals.exitCode()).isEqualTo(3);
    }
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("seed 1 BROKEN", "seed 2 BROKEN");
  }

  @Test
  void keepsTheLogsOfSuchARun() throws IOException {
    Path cluster = directory.resolve("cluster-1");
    Path node = Files.createDirectories(cluster.resolve("node-0"));
    Files.writeString(node.resolve("serve-0-1.log"), "what it said");
    new FailureReport(directory.resolve("failures")).keepBroken(7,
        new IllegalStateException("why"), cluster);
    Path kept = directory.resolve("failures").resolve("broken-seed-7");
    assertThat(kept.resolve("node-0_serve-0-1.log")).hasContent("what it said");
    assertThat(kept.resolve("failure.txt")).content().contains("IllegalStateException: why");
  }
}
