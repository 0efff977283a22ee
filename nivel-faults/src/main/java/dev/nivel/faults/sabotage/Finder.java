package dev.nivel.faults.sabotage;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs what is said to find a bug: a test class of the library, or fault runs. For one thread.
 */
final class Finder {
  private static final String TESTS = "tests ";
  private static final String RUNS = "runs ";
  private static final long MINUTES_MAX = 15;

  private final BuiltLibrary library;
  private final Path log;

  /**
   * A finder.
   *
   * @param log what is appended to
   */
  Finder(BuiltLibrary library, Path log) {
    this.library = library;
    this.log = log;
  }

  /**
   * Whether something is wrong with a library.
   *
   * @param foundBy {@link Sabotage#foundBy}
   * @param classes the library's
   * @throws IllegalStateException if that could not be found out
   */
  boolean isFound(String foundBy, Path classes) {
    int code = run(foundBy.startsWith(TESTS) ? tests(foundBy.substring(TESTS.length()), classes)
        : runs(foundBy.substring(RUNS.length()), classes));
    return isFound(foundBy, code);
  }

  /** Only 1 is a finding: other codes stand for nothing to run, and for runs that can't be made. */
  static boolean isFound(String foundBy, int code) {
    if (code != 0 && code != 1) {
      throw new IllegalStateException("'" + foundBy + "' ended with " + code);
    }
    return code == 1;
  }

  private static List<String> java(String classPath) {
    return new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--sun-misc-unsafe-memory-access=allow",
        "--enable-native-access=ALL-UNNAMED", "-cp", classPath));
  }

  private List<String> tests(String testClass, Path classes) {
    List<String> command = java(library.classPath(classes));
    command.addAll(List.of(TestRun.class.getName(), testClass));
    return command;
  }

  /** This program, with that library in front of the one that it has. */
  private List<String> runs(String options, Path classes) {
    List<String> command = java(library.jar(classes) + File.pathSeparator
        + System.getProperty("java.class.path"));
    command.add(1, "-Dnivel.sources=" + System.getProperty("nivel.sources", ""));
    command.add("dev.nivel.faults.Main");
    command.addAll(Arrays.asList(options.split(" ")));
    return command;
  }

  private int run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
      if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return 1; // what does not end is found, too
      }
      return process.exitValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
