package dev.nivel.faults.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** An older copy of what Redis has stored. For use by one thread. */
final class RedisFiles {
  private final Path files;
  private final Path copy;

  RedisFiles(Path files, Path copy) {
    this.files = files;
    this.copy = copy;
  }

  /** Keeps the files as they are now. A record that is half written is cut off on loading. */
  void keep() {
    clear(copy);
    copy(files, copy);
  }

  /** Puts the kept ones where Redis will find them; there must be none. */
  void putBack() {
    copy(copy, files);
  }

  private static void clear(Path directory) {
    try {
      for (Path file : list(directory)) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) {
    try {
      Files.createDirectories(to);
      for (Path file : list(from)) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
