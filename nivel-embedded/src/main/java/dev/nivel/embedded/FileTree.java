package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is done to a directory with everything in it. */
final class FileTree {
  private FileTree() {}

  /** Makes a directory that only its owner may enter; one that is there keeps what it holds. */
  static Path createPrivate(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    return directory;
  }

  /** Makes an empty file that only its owner may read, unless there is a file. */
  static void createPrivateFile(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
  }

  static void delete(Path directory) throws IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      for (Path path : childrenFirst(directory)) {
        Files.delete(path);
      }
    }
  }

  /** Gives it to a user; the directory itself comes last, so that half of the work shows. */
  static void give(Path directory, int uid) throws IOException {
    for (Path path : childrenFirst(directory)) {
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
    }
  }

  private static List<Path> childrenFirst(Path directory) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      List<Path> paths = walk.collect(Collectors.toList());
      Collections.reverse(paths);
      return paths;
    }
  }
}
