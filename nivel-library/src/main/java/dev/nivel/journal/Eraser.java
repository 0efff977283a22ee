package dev.nivel.journal;

import dev.nivel.journal.SegmentScan.Found;
import dev.nivel.journal.SegmentScan.Part;
import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes segments anew without what a conversation had up to a stamp. The new file is on the disk
 * before it takes the place of the old one, so a crash leaves either of them.
 */
final class Eraser {
  private static final Logger LOG = LoggerFactory.getLogger(Eraser.class);

  private final Disk disk;
  private final Segments segments;
  private final GroupCommit commit;
  private final String conversation;
  private final Stamp stamp;

  Eraser(Disk disk, Segments segments, GroupCommit commit, Erasure erasure) {
    this.disk = disk;
    this.segments = segments;
    this.commit = commit;
    conversation = erasure.conversation();
    stamp = erasure.stamp();
  }

  /** What is erased. */
  record Erasure(String conversation, Stamp stamp) {}

  /** Writes a sealed segment anew, if there is something in it to erase. */
  void erase(Segment segment) throws IOException {
    byte[] file = disk.read(segment.path());
    @Nullable SegmentHeader header = SegmentHeader.decode(file);
    if (header == null) {
      header = SegmentHeader.of(segment.number(), 0);
    }
    Copy copy = new Copy(file, header);
    copy.run();
    if (copy.isSame) {
      return;
    }
    if (copy.recordsFound < segment.records()) {
      LOG.error("{} is damaged; what is live of it is to be appended again", segment.path());
      segment.lose();
    }
    disk.writeWhole(Temporaries.of(segment.path()), copy.kept.toByteArray());
    commit.replace(segment, Temporaries.of(segment.path()));
    segments.rewritten(segment, copy.kept.size(), copy.recordsKept);
  }

  /** The way through one segment. */
  private final class Copy {
    private final byte[] file;
    private final SegmentHeader header;
    private final ByteArrayOutputStream kept;
    private long recordsFound;
    private long recordsKept;
    private boolean isSame = true;

    Copy(byte[] file, SegmentHeader header) {
      this.file = file;
      this.header = header;
      kept = new ByteArrayOutputStream(file.length);
      kept.writeBytes(header.encode());
    }

    void run() {
      isSame = header.isWhole() && file.length >= SegmentHeader.BYTES;
      SegmentScan scan = new SegmentScan(file, header);
      for (@Nullable Part part = scan.next(); part != null; part = scan.next()) {
        if (part instanceof Found found) {
          take(found);
        } else if (part.mayBelongTo(conversation)) {
          isSame = false;
        } else {
          keep(part);
        }
      }
    }

    private void take(Found found) {
      int count = found.fields().size();
      recordsFound += count;
      List<Field> left = found.conversation().equals(conversation)
          ? found.fields().stream().filter(field -> field.stamp().isNewerThan(stamp)).toList()
          : found.fields();
      recordsKept += left.size();
      if (left.size() == count) {
        keep(found);
        return;
      }
      isSame = false;
      if (!left.isEmpty()) {
        kept.writeBytes(Group.of(header.salt(), conversation, left, file.length).bytes());
      }
    }

    private void keep(Part part) {
      kept.write(file, part.offset(), part.length());
    }
  }
}
