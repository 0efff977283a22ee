package dev.nivel.journal;

import dev.nivel.journal.ReplayReport.Damage;
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
  private volatile long bytes;

  /** The quarantine in a journal's directory. */
  Quarantine(Disk disk, Path journal) throws IOException {
    this.disk = disk;
    directory = journal.resolve("quarantine");
    Files.createDirectories(directory);
    Temporaries.remove(disk, directory);
    count();
  }

  /** Counts what it holds; to be called after something was copied or moved here. */
  void count() throws IOException {
    long counted = 0;
    List<Path> files = files();
    for (Path file : files) {
      counted += Files.size(file);
    }
    pieces = files.size();
    bytes = counted;
  }

  /** How many pieces it holds. */
  long pieces() {
    return pieces;
  }

  /** How long they are together. */
  long bytes() {
    return bytes;
  }

  /** Copies a stretch of a segment; when this returns, the copy is on the disk. */
  void copy(SegmentHeader header, Damage damage, byte[] segment) throws IOException {
    int offset = (int) damage.offset();
    int length = (int) damage.bytes();
    byte[] piece = Arrays.copyOf(header.encode(), SegmentHeader.BYTES + length);
    System.arraycopy(segment, offset, piece, SegmentHeader.BYTES, length);
    Path file = file(damage.segment(), offset);
    disk.writeWhole(Temporaries.of(file), piece);
    disk.rename(Temporaries.of(file), file);
    disk.forceDirectory(directory);
  }

  /** Moves a whole segment here, of which nothing can be read. */
  void move(Segment segment) throws IOException {
    disk.rename(segment.path(), file(segment.number(), 0));
    disk.forceDirectory(directory);
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
    count();
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
