package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntSupplier;

/**
 * A directory in which embedded servers keep their files, owned by one process at a time.
 *
 * <p>Each server has a directory of its own below it, which also holds its log and, readable for
 * the owner only, its password. The binaries take 70 MB, a fresh PostgreSQL 39 MB.
 *
 * <p>The servers are children of this process. When it is killed the kernel tells them to end;
 * what runs on nevertheless is ended when the directory is opened again. Nothing here registers
 * a shutdown hook: who opens the directory decides when it is closed, and keeps it until then.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedDirectory implements AutoCloseable {
  private final Path path;
  private final Binaries binaries;
  private final DirectoryLock lock;
  private final Starter starter;
  private final IntSupplier ports;

  private EmbeddedDirectory(DirectoryLock lock, Binaries binaries, Starter starter,
      IntSupplier ports) {
    this.path = lock.directory();
    this.lock = lock;
    this.binaries = binaries;
    this.starter = starter;
    this.ports = ports;
  }

  /**
   * Opens a directory whose servers' binaries are unpacked below it, in {@code bin}.
   *
   * @param directory made when it is not there
   * @see #open(Path, Path)
   */
  public static EmbeddedDirectory open(Path directory) {
    return open(directory, directory.resolve("bin"));
  }

  /**
   * Opens a directory and ends the servers that a killed owner left running in it.
   *
   * <p>Takes milliseconds, or up to a minute when a server that was left does not end.
   *
   * @param directory made when it is not there
   * @param binaries where the servers' binaries are unpacked when they are needed; any number of
   *     directories and processes may share it
   * @throws EmbeddedServerException when another process, or this one, has the directory open;
   *     when it cannot be written; when there are no binaries for this system
   */
  public static EmbeddedDirectory open(Path directory, Path binaries) {
    Platform.requireSupported(System.getProperty("os.name"), System.getProperty("os.arch"));
    return open(directory, binaries, Wrappers.available(), FreePort::choose);
  }

  static EmbeddedDirectory open(Path directory, Path binaries, Wrappers wrappers,
      IntSupplier ports) {
    try {
      DirectoryLock lock = DirectoryLock.take(Files.createDirectories(directory).toRealPath());
      try {
        Residents.end(lock.directory());
      } catch (EmbeddedServerException e) {
        lock.close();
        throw e;
      }
      return new EmbeddedDirectory(lock, new Binaries(binaries.toAbsolutePath()),
          new Starter(wrappers), ports);
    } catch (IOException e) {
      throw new EmbeddedServerException("could not open the data directory " + directory, e);
    }
  }

  /** The directory's absolute path without symbolic links. */
  public Path path() {
    return path;
  }

  Binaries binaries() {
    return binaries;
  }

  Starter starter() {
    return starter;
  }

  int choosePort() {
    return ports.getAsInt();
  }

  /**
   * Ends the servers that still run in it and gives it up; does nothing when it is closed.
   *
   * <p>Close the servers first if their order matters. Blocks for as long as they take to end.
   */
  @Override
  public synchronized void close() {
    if (starter.isClosed()) {
      return;
    }
    starter.close();
    try {
      Residents.end(path);
    } finally {
      giveUp();
    }
  }

  private void giveUp() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new EmbeddedServerException("could not give up the data directory " + path, e);
    }
  }
}
