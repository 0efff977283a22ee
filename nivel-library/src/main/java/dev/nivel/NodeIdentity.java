package dev.nivel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What tells this node from others: a random name that stays the same for a data directory. If
 * another process uses the directory, or it can't be written to, the name is good for this process
 * only.
 */
final class NodeIdentity implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeIdentity.class);

  private final String name;
  private final @Nullable FileChannel lock;

  private NodeIdentity(String name, @Nullable FileChannel lock) {
    this.name = name;
    this.lock = lock;
  }

  /** Takes the name of a data directory, which is made if need be. */
  static NodeIdentity of(Path directory) {
    try {
      Files.createDirectories(directory);
      FileChannel channel = FileChannel.open(directory.resolve("node.lock"),
          StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel)) {
        return new NodeIdentity(readOrMake(directory.resolve("node.id")), channel);
      }
      channel.close();
      LOG.info("Another process uses {}; this node has a name of its own", directory);
    } catch (IOException e) {
      LOG.warn("{} can't be used: {}; this node has a name for this process only", directory,
          e.getMessage());
    }
    return new NodeIdentity(UUID.randomUUID().toString(), null);
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock held = channel.tryLock();
      return held != null;
    } catch (OverlappingFileLockException e) { // this very process uses the directory already
      return false;
    }
  }

  private static String readOrMake(Path file) throws IOException {
    if (Files.exists(file)) {
      return UUID.fromString(Files.readString(file).strip()).toString();
    }
    String made = UUID.randomUUID().toString();
    Files.writeString(file, made + "\n", StandardCharsets.US_ASCII);
    return made;
  }

  /** The name. */
  String name() {
    return name;
  }

  /** Lets another process have the name; closing the file releases its lock. */
  @Override
  public void close() {
    if (lock == null) {
      return;
    }
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
