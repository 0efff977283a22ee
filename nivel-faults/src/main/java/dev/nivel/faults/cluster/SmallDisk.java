package dev.nivel.faults.cluster;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A disk of its own for a directory: a tmpfs of a few segments of the journal, which can be filled
 * to the last page. Mounting one needs a right that not everybody has. For use by one thread.
 */
public final class SmallDisk implements AutoCloseable {
  private static final String SIZE = "size=48m";
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int PAGE_BYTES = 4_096;
  private static final long MOUNT_SECONDS_MAX = 10;

  private final Path directory;
  private final Path filler;

  private SmallDisk(Path directory) {
    this.directory = directory;
    filler = directory.resolve("filler");
  }

  /** Why there can't be any on this machine; empty if there can. */
  public static Optional<String> refusal() {
    try {
      Path tried = Files.createTempDirectory("nivel-faults-disk-");
      try {
        mount(tried).close();
        return Optional.empty();
      } catch (IllegalStateException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      } finally {
        Files.delete(tried);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Mounts one at a directory, which is made if need be.
   *
   * @throws IllegalStateException if that is not permitted
   */
  static SmallDisk mount(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("mount", "-t", "tmpfs", "-o", SIZE, "nivel-faults", directory.toString());
    return new SmallDisk(directory);
  }

  private static void run(String... command) {
    String said;
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor(MOUNT_SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0) {
        return;
      }
    } catch (IOException e) {
      said = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      said = "interrupted";
    }
    throw new IllegalStateException(Arrays.toString(command) + " failed: " + said);
  }

  /** Takes all the room that there is, be it that some is taken already. */
  public void fill() {
    byte[] zeros = new byte[CHUNK_BYTES];
    try (FileOutputStream out = new FileOutputStream(filler.toFile(), true)) {
      for (int length = CHUNK_BYTES; length >= PAGE_BYTES;) {
        length = isWritten(out, zeros, length) ? length : length / 2;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isWritten(FileOutputStream out, byte[] zeros, int length) {
    try {
      out.write(zeros, 0, length);
      return true;
    } catch (IOException e) { // a part of it has found room
      return false;
    }
  }

  /** Gives back what {@link #fill} took. */
  public void free() {
    try {
      Files.deleteIfExists(filler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes it away with everything on it. */
  @Override
  public void close() {
    run("umount", "-l", directory.toString());
  }
}
