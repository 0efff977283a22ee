package dev.nivel.journal;

import dev.nivel.store.ConfigurationException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

/**
 * Keeps a directory for one journal; the kernel releases it when the process dies, however it dies.
 *
 * <p>Linux drops a process's lock as soon as that process closes any channel of the locked file.
 * So the owner is written in a second file, and within one process it is asked first.
 */
final class DirectoryLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryLock.class);
  private static final String LOCK_FILE = "journal.lock";
  private static final String OWNER_FILE = "journal.owner";

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Takes the lock; one thread at a time, see above.
   *
   * @throws ConfigurationException if another journal has it
   */
  static synchronized DirectoryLock take(Path directory) throws IOException {
    Path ownerFile = directory.resolve(OWNER_FILE);
    String owner = ownerIn(ownerFile);
    if (owner.equals(self())) {
      throw inUse(directory, owner);
    }
    FileChannel channel = FileChannel.open(directory.resolve(LOCK_FILE), CREATE, WRITE);
    try {
      if (channel.tryLock() == null) {
        throw inUse(directory, owner);
      }
      noteOwner(ownerFile);
      return new DirectoryLock(directory, channel);
    } catch (IOException | OverlappingFileLockException | ConfigurationException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * On a full disk the kernel's lock has to do: a node that starts there must have its journal when
   * there is room again. Only a second attempt of the same process is then not told from others.
   */
  private static void noteOwner(Path ownerFile) {
    try {
      Files.writeString(ownerFile, self());
    } catch (IOException e) {
      LOG.warn("{} can't be written: {}", ownerFile, e.getMessage());
    }
  }

  private static String ownerIn(Path ownerFile) {
    try {
      return Files.readString(ownerFile);
    } catch (IOException e) {
      return ""; // nobody has it, or its owner is just giving it up
    }
  }

  /** The pid with the start time, because after a restart another process may have the pid. */
  private static String self() {
    ProcessHandle self = ProcessHandle.current();
    return self.pid() + " " + self.info().startInstant().orElse(Instant.EPOCH);
  }

  private static ConfigurationException inUse(Path directory, String owner) {
    String who = owner.isEmpty() ? "another process" : "process " + owner.split(" ", -1)[0];
    return new ConfigurationException("the journal in " + directory + " is in use by " + who
        + "; end it or choose another directory");
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(directory.resolve(OWNER_FILE));
    channel.close();
  }
}
