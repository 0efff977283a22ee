package dev.nivel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts the parts that the scenarios left into one Markdown page: what it is and how to read it,
 * each goal in a row, then the parts in their order, plots in a folder beside.
 */
final class Report {
  private Report() {}

  /**
   * Writes the page.
   *
   * @param parts where the scenarios left theirs
   * @param page the file to write
   * @param command that made the parts
   * @param versions of what was measured
   */
  static void write(Path parts, Path page, String command, String versions) throws IOException {
    StringBuilder goals = new StringBuilder();
    StringBuilder text = new StringBuilder();
    for (Scenario scenario : Scenario.ALL) {
      Path part = parts.resolve(scenario.command() + ".md");
      if (Files.exists(part)) {
        goals.append(Files.readString(parts.resolve(scenario.command() + ".goals")));
        text.append("\n## ")
            .append(scenario.title())
            .append('\n')
            .append(Files.readString(part).replaceFirst("^\\s+", ""));
      }
    }
    List<String> rows = goals.toString().lines().toList();
    Files.writeString(page,
        head(command, Machine.describe(parts), versions, rows) + Goal.HEADER + "\n" + goals + text);
    copyPlots(parts, page.resolveSibling("benchmarks"));
  }

  private static String head(String command, String machine, String versions, List<String> rows) {
    String commands = String.join(", ", Scenario.ALL.stream().map(Scenario::command).toList());
    return """
        # Measurements
        By `nivel-bench`, on real servers that it starts itself. You need what the build needs; \
        `taskset` is used if it is there. This page is one run of `%s`.

        ```bash
        nivel-bench/run all            # everything below, one part after another, then this page
        nivel-bench/run all --short    # the same in short; for a look, not for figures
        nivel-bench/run PART           # one part: %s
        ```

        `all` may take %d minutes, `all --short` %d, on two cores that have nothing else to do; \
        each part says below what it took. `compression` measures with the conversations of a \
        file, one a line as `nivel import` takes them, if the environment's \
        `NIVEL_BENCH_CONVERSATIONS` names one, else with made-up ones; its part below says which.

        ## How to read it
        Every part measures Nivel and what it is compared with in turns, in one run, and gives \
        the median of the ratios of such pairs, with the least and the greatest. In `redis` and \
        `http` a round is the median of five turns of each, for the time that a hundredth of \
        requests exceed all requests of forty turns together; of a backlog and a preload in \
        `supabase` it is the median of three turns. A goal is **met** \
        if the median meets it and the worse quarter of the rounds comes within 5 %% of it. A goal \
        may be beyond what the machine can do; then the limit was measured in the same way, and \
        the row says so: it is **at the limit** if 0.9 of that is reached. What is known of a goal \
        that is missed stands in its row. Machines are shared and noisy: ratios mean something, \
        absolute figures less. Where two cores are there, `journal`, `redis`, `supabase` and \
        `http` have the load on one and the servers on the other.

        **Machine**: %s

        **Versions**: %s

        ## Goals
        %d goals: %s.

        """
        .formatted(command, commands, Math.round(Scenario.minutes(false)),
            Math.round(Scenario.minutes(true)), machine, versions, rows.size(),
            Goal.Verdict.count(rows));
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
