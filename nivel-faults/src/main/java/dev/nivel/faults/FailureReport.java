package dev.nivel.faults;

import dev.nivel.faults.check.Violation;
import dev.nivel.faults.history.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps what is needed to understand a failed run: its history, its violations, all logs. */
final class FailureReport {
  private static final int SHOWN_MAX = 8;

  private final Path directory;

  /** Reports go into directories of their own below this one. */
  FailureReport(Path directory) {
    this.directory = directory;
  }

  /** Keeps everything; returns the lines to be shown. */
  List<String> keep(RunResult result, Path cluster) {
    Path kept = directory.resolve("seed-" + result.plan().seed());
    long beginning = result.history().beginning();
    List<String> lines = new ArrayList<>();
    lines.add("seed " + result.plan().seed() + ": " + result.plan().describe());
    List<String> all = result.violations()
        .stream()
        .map(violation -> violation.describe(beginning))
        .toList();
    lines.addAll(all.stream().limit(SHOWN_MAX).toList());
    lines.add(all.size() + " violations in all; history and logs are in " + kept);
    try {
      Files.createDirectories(kept);
      Files.write(kept.resolve("violations.txt"), all);
      Files.write(kept.resolve("history.txt"), history(result, beginning));
      copyLogs(cluster, kept);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }

  /**
   * Keeps a run in which a promise was broken, below a directory.
   *
   * @throws AssertionError if there is one
   */
  static void requireFine(RunResult result, Path cluster, Path directory) {
    if (!result.violations().isEmpty()) {
      throw new AssertionError(String.join(System.lineSeparator(),
          new FailureReport(directory.resolve("failures")).keep(result, cluster)));
    }
  }

  private static List<String> history(RunResult result, long beginning) {
    return result.history()
        .operations()
        .stream()
        .sorted(Comparator.comparingLong(Operation::start))
        .map(operation -> operation.describe(beginning))
        .toList();
  }

  /** Keeps what there is of a run that could not be made; returns the line to be shown. */
  List<String> keepBroken(long seed, RuntimeException failure, Path cluster) {
    Path kept = directory.resolve("broken-seed-" + seed);
    List<String> trace = new ArrayList<>();
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      trace.add(cause.toString());
      Stream.of(cause.getStackTrace()).forEach(element -> trace.add("    at " + element));
    }
    try {
      copyLogs(cluster, kept);
      Files.write(kept.resolve("failure.txt"), trace);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of("its logs are in " + kept);
  }

  /** Keeps the logs. */
  private void copyLogs(Path cluster, Path kept) throws IOException {
    Files.createDirectories(kept);
    try (Stream<Path> files = Files.walk(cluster, 3)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".log")).toList()) {
        Files.copy(file, kept.resolve(cluster.relativize(file).toString().replace('/', '_')),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** The kinds of violations, for one line. */
  static String summary(List<Violation> violations) {
    return violations.stream()
        .map(violation -> violation.rule().toString())
        .distinct()
        .toList()
        .toString();
  }
}
