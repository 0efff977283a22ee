package dev.nivel.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The real file system. Files are {@link RandomAccessFile}s, because a {@link FileChannel} is
 * closed for all when one caller is interrupted.
 */
final class OsDisk implements Disk {
  /** A file of the operating system. */
  private record OsFile(RandomAccessFile file) implements SegmentFile {
    @Override
    public void append(byte[] bytes) throws IOException {
      file.write(bytes);
    }

    @Override
    public void truncate(long length) throws IOException {
      file.setLength(length);
    }

    @Override
    public void force() throws IOException {
      file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Override
  public SegmentFile create(Path file) throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    return new OsFile(new RandomAccessFile(file.toFile(), "rw"));
  }

  @Override
  public byte[] read(Path file) throws IOException {
    try (RandomAccessFile read = new RandomAccessFile(file.toFile(), "r")) {
      long length = read.length();
      if (length > Integer.MAX_VALUE - 8) {
        throw new IOException(file + " has " + length + " bytes, more than an array holds");
      }
      byte[] bytes = new byte[(int) length];
      read.readFully(bytes);
      return bytes;
    }
  }

  @Override
  public void force(Path file) throws IOException {
    try (RandomAccessFile written = new RandomAccessFile(file.toFile(), "rw")) {
      written.getFD().sync();
    }
  }

  @Override
  public void truncate(Path file, long length) throws IOException {
    try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(length);
      cut.getFD().sync();
    }
  }

  @Override
  public void rename(Path file, Path name) throws IOException {
    Files.move(file, name, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  /** A directory can be opened as a channel only, so an interrupted caller tries again. */
  @Override
  public void forceDirectory(Path directory) throws IOException {
    boolean isInterrupted = false;
    try {
      while (!isForced(directory)) {
        isInterrupted |= Thread.interrupted();
      }
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static boolean isForced(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
      return true;
    } catch (ClosedByInterruptException e) {
      return false;
    }
  }
}
