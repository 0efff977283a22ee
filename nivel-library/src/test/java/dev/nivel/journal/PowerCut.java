package dev.nivel.journal;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a power cut leaves in the worst case: of each file what was forced, and of each directory
 * the names that were forced.
 */
final class PowerCut {
  /** A file, whatever its name is. */
  static final class Inode {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private byte[] forced = {};

    synchronized void append(byte[] bytes) {
      written.writeBytes(bytes);
    }

    synchronized void truncate(long length) {
      byte[] left = Arrays.copyOf(written.toByteArray(), (int) length);
      written.reset();
      written.writeBytes(left);
    }

    synchronized void force() {
      forced = written.toByteArray();
    }

    synchronized byte[] forced() {
      return forced;
    }
  }

  // Guarded by this.
  private final Map<Path, Inode> names = new HashMap<>();
  private final Map<Path, Inode> forcedNames = new HashMap<>();

  synchronized Inode create(Path file) {
    Inode inode = new Inode();
    names.put(file, inode);
    return inode;
  }

  synchronized Inode at(Path file) {
    return names.computeIfAbsent(file, path -> new Inode());
  }

  synchronized void rename(Path file, Path name) {
    names.put(name, at(file));
    names.remove(file);
  }

  synchronized void delete(Path file) {
    names.remove(file);
  }

  synchronized void forceDirectory(Path directory) {
    forcedNames.keySet().removeIf(file -> directory.equals(file.getParent()));
    names.forEach((file, inode) -> {
      if (directory.equals(file.getParent())) {
        forcedNames.put(file, inode);
      }
    });
  }

  /** Writes what is left of a journal to another directory. */
  synchronized void leave(Path journal, Path copy) {
    JournalFixture.makeDirectory(copy.resolve("quarantine"));
    forcedNames.forEach((file, inode) -> JournalFixture.write(
        copy.resolve(journal.relativize(file).toString()), inode.forced()));
  }
}
