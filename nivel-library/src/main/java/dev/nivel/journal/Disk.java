package dev.nivel.journal;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What the journal asks of the file system, so that tests can put failures in its place. No call
 * can be broken by interrupting the caller.
 */
interface Disk {
  /** A new and empty file. */
  SegmentFile create(Path file) throws IOException;

  /** All bytes of a file. */
  byte[] read(Path file) throws IOException;

  /** Returns when what any process wrote to a file is on the disk. */
  void force(Path file) throws IOException;

  /** Cuts a file and returns when that is on the disk. */
  void truncate(Path file, long length) throws IOException;

  /** Gives a file another name, in place of any file of that name, at one instant. */
  void rename(Path file, Path name) throws IOException;

  /** Deletes a file, if it is there. */
  void delete(Path file) throws IOException;

  /** Returns when the names in a directory are on the disk. */
  void forceDirectory(Path directory) throws IOException;

  /** Writes a file that is on the disk when this returns, but has yet to be renamed. */
  default void writeWhole(Path file, byte[] bytes) throws IOException {
    delete(file);
    try (SegmentFile written = create(file)) {
      written.append(bytes);
      written.force();
    }
  }
}
