package dev.nivel.faults.sabotage;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.spi.ToolProvider;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The library as {@code nivel-faults/run --sabotage} builds it, and copies of it that have one bug
 * each. The sources stay as they are. Immutable.
 */
final class BuiltLibrary {
  private static final String MODULE = "nivel-library";
  private static final List<String> ROOTS = List.of(MODULE + "/src/main/java/",
      MODULE + "/src/main/resources/");

  private final Path sources;
  private final Path directory;
  private final Path runner;
  private final String testClassPath;

  private BuiltLibrary(Path sources, Path directory, String testClassPath) {
    this.sources = sources;
    this.directory = directory;
    this.testClassPath = testClassPath;
    runner = directory.resolve("runner");
  }

  /**
   * Finds what was built.
   *
   * @param sources the root of the source tree
   * @param directory for the copies
   * @throws UncheckedIOException if it was not built
   */
  static BuiltLibrary in(Path sources, Path directory) {
    try {
      BuiltLibrary library = new BuiltLibrary(sources, directory,
          Files.readString(sources.resolve(MODULE).resolve("target/test.classpath")).strip());
      library.extractRunner();
      return library;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** This module's jar would bring the library without the bug with it. */
  private void extractRunner() throws IOException {
    String name = TestRun.class.getName().replace('.', '/') + ".class";
    Path file = runner.resolve(name);
    Files.createDirectories(file.getParent());
    try (InputStream in = Objects.requireNonNull(
        TestRun.class.getClassLoader().getResourceAsStream(name), name)) {
      Files.copy(in, file);
    }
  }

  /** The classes without a bug. */
  Path classes() {
    return target("classes");
  }

  private Path target(String name) {
    return sources.resolve(MODULE).resolve("target").resolve(name);
  }

  /**
   * The class path of a {@link TestRun}.
   *
   * @param classes the library's
   */
  String classPath(Path classes) {
    String launcher = Path.of(uriOfLauncher()).toString();
    return String.join(File.pathSeparator, classes.toString(), target("test-classes").toString(),
        testClassPath, runner.toString(), launcher);
  }

  private static URI uriOfLauncher() {
    try {
      return LauncherFactory.class.getProtectionDomain()
          .getCodeSource()
          .getLocation()
          .toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Classes with a bug.
   *
   * @throws IllegalStateException if the line is not there, or the compiler refuses what it becomes
   */
  Path plant(Sabotage sabotage) {
    try {
      Path planted = directory.resolve(sabotage.name());
      Path classes = planted.resolve("classes");
      Files.walkFileTree(classes(), new Copying(classes(), classes));
      String name = nameOf(sabotage);
      String text = sabotage.applyTo(Files.readString(sources.resolve(sabotage.file())));
      boolean isJava = name.endsWith(".java");
      Path file = (isJava ? planted.resolve("source") : classes).resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      if (isJava) {
        compile(file, classes);
      }
      return classes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String nameOf(Sabotage sabotage) {
    return ROOTS.stream()
        .filter(sabotage.file()::startsWith)
        .map(root -> sabotage.file().substring(root.length()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(sabotage.file() + " is not the library's"));
  }

  /** Only the one file: a line that is planted changes nothing that others are compiled with. */
  private void compile(Path file, Path classes) {
    run("javac", "-nowarn", "-proc:none", "-implicit:none", "--release", "17", "-cp",
        classes + File.pathSeparator + testClassPath, "-d", classes.toString(), file.toString());
  }

  /** The same classes as a jar, as servers are started fast only from jars. */
  Path jar(Path classes) {
    Path jar = classes.resolveSibling("library.jar");
    run("jar", "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
    return jar;
  }

  private static void run(String tool, String... arguments) {
    StringWriter output = new StringWriter();
    PrintWriter printer = new PrintWriter(output, true);
    int code = ToolProvider.findFirst(tool)
        .orElseThrow(() -> new IllegalStateException("there is no " + tool + ": a JDK is needed"))
        .run(printer, printer, arguments);
    if (code != 0) {
      throw new IllegalStateException(tool + " has failed: " + output);
    }
  }

  /** Copies a tree. */
  private static final class Copying extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;

    Copying(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes)
        throws IOException {
      Files.createDirectories(to.resolve(from.relativize(visited).toString()));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
        throws IOException {
      Files.copy(file, to.resolve(from.relativize(file).toString()));
      return FileVisitResult.CONTINUE;
    }
  }
}
