package dev.nivel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts the parts that the scenarios left into one Markdown page: first each goal in a row, then the
 * parts in their order, plots in a folder beside.
 */
final class Report {
  private Report() {}

  /**
   * Writes the page.
   *
   * @param parts where the scenarios left theirs
   * @param page the file to write
   */
  static void write(Path parts, Path page) throws IOException {
    StringBuilder goals = new StringBuilder(Goal.HEADER).append('\n');
    StringBuilder text = new StringBuilder();
    for (Scenario scenario : Scenario.ALL) {
      Path part = parts.resolve(scenario.command() + ".md");
      if (Files.exists(part)) {
        goals.append(Files.readString(parts.resolve(scenario.command() + ".goals")));
        text.append("\n## ")
            .append(scenario.title())
            .append('\n')
            .append(Files.readString(part));
      }
    }
    String commands = String.join(", ", Scenario.ALL.stream().map(Scenario::command).toList());
    Files.writeString(page,
        head(commands, Machine.describe(parts), goals.toString().strip()) + text);
    copyPlots(parts, page.resolveSibling("benchmarks"));
  }

  private static String head(String commands, String machine, String goals) {
    return """
        # Measurements
        By `nivel-bench`, on real servers that it starts itself. You need what the build needs; \
        `taskset` is used if it is there.

        ```bash
        nivel-bench/run all            # everything below, one part after another, then this page
        nivel-bench/run all --short    # the same in short; for a look, not for figures
        nivel-bench/run PART           # one part: %s
        ```

        Every part measures Nivel and what it is compared with in turns, in one run, and gives the \
        median of the ratios of such pairs, with the least and the greatest. A goal is met if the \
        median meets it and the worse quarter of the rounds comes within 5 %% of it. Machines are \
        shared and noisy: ratios mean something, absolute figures less.

        **Machine**: %s

        ## Goals
        %s
        """.formatted(commands, machine, goals);
  }

  private static void copyPlots(Path parts, Path folder) throws IOException {
    List<Path> plots;
    try (Stream<Path> files = Files.list(parts)) {
      plots = files.filter(file -> file.toString().endsWith(".svg")).toList();
    }
    if (plots.isEmpty()) {
      return;
    }
    Files.createDirectories(folder);
    for (Path plot : plots) {
      Files.copy(plot, folder.resolve(plot.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
