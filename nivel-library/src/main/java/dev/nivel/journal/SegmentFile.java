package dev.nivel.journal;

import java.io.IOException;

/** A file that is written from its beginning to its end. */
interface SegmentFile extends AutoCloseable {
  /** Writes all the bytes at the end, by one call if the operating system takes them all. */
  void append(byte[] bytes) throws IOException;

  /** Cuts the file. */
  void truncate(long length) throws IOException;

  /** Returns when everything that was written is on the disk. */
  void force() throws IOException;

  @Override
  void close() throws IOException;
}
