package dev.nivel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** The load scenarios. */
public final class Main {
  /** Where scenarios leave their parts of the report. */
  private static final Path PARTS = Path.of(System.getProperty("nivel.bench.parts", "parts"));

  private Main() {}

  /**
   * Runs a scenario, or writes the report of parts: {@code report PAGE COMMAND}, the command being
   * what made them. Exit codes: 0 all is as promised, 1 something is not, 2 wrong use. A goal of
   * speed that is missed is said, and no failure.
   */
  public static void main(String[] arguments) throws IOException {
    Logger.getLogger("").setLevel(Level.SEVERE);
    if (arguments.length == 3 && arguments[0].equals("report")) {
      Report.write(PARTS, Path.of(arguments[1]), arguments[2],
          Versions.ofServers() + ", " + Versions.ofLibraries());
      return;
    }
    Path scratch = Files.createTempDirectory("nivel-bench-");
    Options options;
    try {
      options = Options.parse(List.of(arguments), System.getProperty("nivel.bench.stores.core", ""),
          scratch);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println(Options.USAGE);
      delete(scratch);
      System.exit(2);
      return;
    }
    String command = options.scenario().command();
    Section section = new Section(command, PARTS, System.out);
    section.out()
        .printf("%n`nivel-bench/run %s`%n%n%s%n", String.join(" ", arguments),
            Machine.describe(scratch));
    long start = System.nanoTime();
    boolean isAsPromised;
    try {
      isAsPromised = options.scenario().program().run(options, section);
    } finally {
      delete(scratch);
    }
    section.out()
        .printf("%n%s%n", options.scenario()
            .extent(options.isShort())
            .said((System.nanoTime() - start) / 60e9));
    section.save();
    System.exit(isAsPromised ? 0 : 1);
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
