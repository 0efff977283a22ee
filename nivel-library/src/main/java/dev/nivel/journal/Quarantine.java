package dev.nivel.journal;

import dev.nivel.journal.SegmentScan.Damaged;
import dev.nivel.journal.SegmentScan.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps copies of what is damaged, for somebody to look at. A file holds the header of the segment
 * and the damaged bytes, so that it can be read like a segment. Used by one thread at a time.
 */
final class Quarantine {
  private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);
  private static final String SUFFIX = ".damaged";

  private final Disk disk;
  private final Path directory;
  private volatile long pieces;

  /** The quarantine in a journal's directory. */
  Quarantine(Disk disk, Path journal) throws IOException {
    this.disk = disk;
    directory = journal.resolve("quarantine");
    Files.createDirectories(directory);
    Temporaries.remove(disk, directory);
    pieces = files().size();
  }

  /** How many pieces it holds. */
  long pieces() {
    return pieces;
  }

  /** How long they are together. */
  long bytes() throws IOException {
    long bytes = 0;
    for (Path file : files()) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  /** Copies a part of a segment; when this returns, the copy is on the disk. */
  void copy(SegmentHeader header, Damaged part, byte[] segment) throws IOException {
    byte[] piece = Arrays.copyOf(header.encode(), SegmentHeader.BYTES + part.length());
    System.arraycopy(segment, part.offset(), piece, SegmentHeader.BYTES, part.length());
    Path file = file(header.number(), part.offset());
    disk.writeWhole(Temporaries.of(file), piece);
    disk.rename(Temporaries.of(file), file);
    disk.forceDirectory(directory);
    pieces = files().size();
  }

  /** Moves a whole segment here, of which nothing can be read. */
  void move(Segment segment) throws IOException {
    disk.rename(segment.path(), file(segment.number(), 0));
    disk.forceDirectory(directory);
    pieces = files().size();
  }

  private Path file(long segment, long offset) {
    return directory.resolve(String.format(Locale.ROOT, "%020d-%d", segment, offset) + SUFFIX);
  }

  /** Deletes all that may hold something of a conversation. */
  void erase(String conversation) throws IOException {
    Temporaries.remove(disk, directory);
    for (Path file : files()) {
      if (mayHold(file, conversation)) {
        disk.delete(file);
        LOG.warn("{} is deleted: an erasure has to be sure that nothing is left in it", file);
      }
    }
    disk.forceDirectory(directory);
    pieces = files().size();
  }

  private boolean mayHold(Path file, String conversation) {
    byte[] piece;
    try {
      piece = disk.read(file);
    } catch (IOException e) {
      return true;
    }
    @Nullable SegmentHeader header = SegmentHeader.decode(piece);
    if (header == null) {
      return true;
    }
    SegmentScan scan = new SegmentScan(piece, header);
    for (@Nullable Part part = scan.next(); part != null; part = scan.next()) {
      if (part.mayBelongTo(conversation)) {
        return true;
      }
    }
    return false;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).toList();
    }
  }
}
