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
  private Main() {}

  /** Exit codes: 0 all is as promised, 1 something is not, 2 wrong use. */
  public static void main(String[] arguments) throws IOException {
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
    Logger.getLogger("").setLevel(Level.SEVERE);
    System.out.println(Machine.describe(scratch));
    boolean isAsPromised;
    try {
      isAsPromised = switch (options.scenario()) {
        case "journal" -> new JournalScenario(options, System.out).run();
        case "ways" -> new WaysScenario(options, System.out).run();
        default -> new BacklogScenario(options, System.out).run();
      };
    } finally {
      delete(scratch);
    }
    System.out.println(Machine.describe(Path.of(System.getProperty("java.io.tmpdir"))));
    System.exit(isAsPromised ? 0 : 1);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
