package dev.nivel.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of the report, which one scenario writes: Markdown that is shown while it grows, the goals
 * of the scenario, and its plots. For use by one thread.
 */
final class Section {
  private final String name;
  private final Path directory;
  private final StringBuilder text = new StringBuilder();
  private final List<Goal> goals = new ArrayList<>();
  private final PrintStream console;
  private final PrintStream out;

  /**
   * @param name of the scenario
   * @param directory where the parts of the report are kept
   */
  Section(String name, Path directory, PrintStream console) {
    this.name = name;
    this.directory = directory;
    this.console = console;
    out = new PrintStream(new Copy(console), true, StandardCharsets.UTF_8);
  }

  /** Whatever is printed here is in the report, and on the console. */
  PrintStream out() {
    return out;
  }

  /** Adds a goal, be it met or not. */
  void add(Goal goal) {
    goals.add(goal);
  }

  /** Adds a plot that is a file beside the report. */
  void add(Plot plot) {
    String file = name + "-" + plot.name() + ".svg";
    try {
      Files.createDirectories(directory);
      plot.save(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.printf("%n![%s](benchmarks/%s)%n", plot.title(), file);
  }

  /** Prints the goals, and writes the part where {@link Report} finds it. */
  void save() throws IOException {
    Files.createDirectories(directory);
    String rows = String.join("\n", goals.stream().map(Goal::row).toList());
    Files.writeString(directory.resolve(name + ".md"), text.toString());
    Files.writeString(directory.resolve(name + ".goals"), rows.isEmpty() ? "" : rows + "\n");
    if (!goals.isEmpty()) {
      console.println();
      console.println(Goal.HEADER);
      console.println(rows);
    }
  }

  /** Hands on what is written, and keeps it. */
  private final class Copy extends OutputStream {
    private final PrintStream console;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Copy(PrintStream console) {
      this.console = console;
    }

    @Override
    public void write(int next) {
      console.write(next);
      line.write(next);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      console.write(bytes, offset, length);
      line.write(bytes, offset, length);
    }

    @Override
    public void flush() {
      console.flush();
      text.append(line.toString(StandardCharsets.UTF_8));
      line.reset();
    }
  }
}
