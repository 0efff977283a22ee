package dev.nivel.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ReportTest {
  @TempDir private Path directory;

  @Test
  void hasTheGoalsFirstAndThenThePartsWithTheirPlots() throws IOException {
    Path parts = directory.resolve("parts");
    Section section = new Section("ways", parts,
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    section.out().println("some rows");
    section.add(Goal.ratioAtLeast(2, "a goal", Spread.of(3)));
    section.add(new Plot("growth", "Growth", "conversations", "µs",
        List.of(new Plot.Curve("read", List.of(1e3, 1e4), List.of(5.0, 6.0)))));
    section.save();
    Path page = directory.resolve("docs/benchmarks.md");
    Files.createDirectories(directory.resolve("docs"));
    Report.write(parts, page, "nivel-bench/run all --short", "Redis 8");
    assertThat(Files.readString(page)).containsSubsequence("# Measurements",
        "one run of `nivel-bench/run all --short`", "**Versions**: Redis 8", "## Goals",
        "1 goals: 1 met, 0 at the limit, 0 **not met**",
        "| a goal | ≥ 2 x | 3.00 (3.00..3.00) | met |", "## Rows into PostgreSQL", "some rows",
        "![Growth](benchmarks/ways-growth.svg)");
    assertThat(directory.resolve("docs/benchmarks/ways-growth.svg")).content().contains("<svg");
  }
}
