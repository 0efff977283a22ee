package dev.nivel.faults.cluster;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How a server of Nivel is started with the classes that this process has. Stateless. */
final class JavaProgram {
  private static final List<String> OPTIONS = List.of("-XX:TieredStopAtLevel=1",
      "-XX:+UseSerialGC", "-Xmx256m", "--sun-misc-unsafe-memory-access=allow");

  private JavaProgram() {}

  /**
   * The command line of {@code nivel serve}.
   *
   * @param archive a class data sharing archive, which the first server to end makes; it halves
   *     the time to start
   * @param more further options of the JVM
   */
  static List<String> serve(Path archive, List<String> more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.addAll(List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive,
        "-Xlog:disable", "-Xlog:all=error:stderr"));
    command.addAll(more);
    command.addAll(List.of("-cp", classPath(), "dev.nivel.cli.Main", "serve"));
    return command;
  }

  /** Without this module's own directories: only where all are jars there is an archive. */
  private static String classPath() {
    String all = System.getProperty("surefire.test.class.path",
        System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator))
        .filter(part -> !Files.isDirectory(Path.of(part).resolve("dev/nivel/faults")))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
