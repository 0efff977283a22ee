package dev.nivel.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files that are not renamed yet; what a crash leaves of them is worth nothing. */
final class Temporaries {
  private static final String SUFFIX = ".tmp";

  private Temporaries() {}

  /** The name of a file until it is complete. */
  static Path of(Path file) {
    return file.resolveSibling(file.getFileName() + SUFFIX);
  }

  /** Removes what is left of earlier attempts. */
  static void remove(Disk disk, Path directory) throws IOException {
    List<Path> left;
    try (Stream<Path> files = Files.list(directory)) {
      left = files.filter(file -> file.toString().endsWith(SUFFIX)).toList();
    }
    for (Path file : left) {
      disk.delete(file);
    }
  }
}
