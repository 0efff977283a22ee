package dev.nivel.faults.sabotage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A copy of the sources in which one bug at a time is planted and built. For one thread. */
final class SourceCopy {
  private static final List<String> COPIED = List.of("pom.xml", "config", "nivel-library",
      "nivel-embedded", "nivel-server", "nivel-bench", "nivel-faults");
  private static final Set<String> LEFT_OUT = Set.of("target", ".git");
  private static final List<String> MAVEN = List.of("mvn", "-o", "-q", "-B", "-ntp", "-pl",
      "nivel-library", "-am", "-Dspotless.check.skip=true", "-Dcyclonedx.skip=true",
      "-Dsurefire.failIfNoSpecifiedTests=false", "-Dfailsafe.failIfNoSpecifiedTests=false");
  private static final long COMMAND_MINUTES_MAX = 15;

  private final Path root;
  private final Path log;

  private SourceCopy(Path root) {
    this.root = root;
    log = root.resolve("commands.log");
  }

  /** Copies the sources, without what is built. */
  static SourceCopy of(Path sources, Path directory) {
    try {
      Files.createDirectories(directory);
      for (String part : COPIED) {
        Files.walkFileTree(sources.resolve(part), new Copying(sources, directory));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SourceCopy(directory);
  }

  private static final class Copying extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;

    Copying(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      if (LEFT_OUT.contains(String.valueOf(directory.getFileName()))) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      Files.createDirectories(to.resolve(from.relativize(directory).toString()));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
        throws IOException {
      Files.copy(file, to.resolve(from.relativize(file).toString()),
          StandardCopyOption.REPLACE_EXISTING);
      return FileVisitResult.CONTINUE;
    }
  }

  /** Plants a bug; returns the text as it was. */
  String plant(Sabotage sabotage) {
    try {
      Path file = root.resolve(sabotage.file());
      String before = Files.readString(file);
      Files.writeString(file, sabotage.applyTo(before));
      return before;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts a file back as it was. */
  void restore(Sabotage sabotage, String before) {
    try {
      Files.writeString(root.resolve(sabotage.file()), before);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Builds the library; returns whether that has worked. */
  boolean build() {
    return maven("test-compile") == 0;
  }

  /** Runs a test class of the library; returns whether it failed. */
  boolean isFoundByTests(String testClass) {
    return maven("verify", "-Dtest=" + testClass, "-Dit.test=" + testClass) != 0;
  }

  private int maven(String... arguments) {
    List<String> command = new ArrayList<>(MAVEN);
    command.addAll(List.of(arguments));
    return run(command);
  }

  /** Runs this program with the library as it is here; returns whether it found something. */
  boolean isFoundByRuns(List<String> options) {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
        "--sun-misc-unsafe-memory-access=allow", "-cp",
        root.resolve("nivel-library/target/classes") + ":" + System.getProperty("java.class.path"),
        "dev.nivel.faults.Main"));
    command.addAll(options);
    return run(command) == 1;
  }

  private int run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).directory(root.toFile())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
      if (!process.waitFor(COMMAND_MINUTES_MAX, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return 1; // a build that hangs is found, too
      }
      return process.exitValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }
}
