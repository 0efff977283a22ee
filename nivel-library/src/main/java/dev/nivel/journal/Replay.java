package dev.nivel.journal;

import dev.nivel.journal.ReplayReport.Damage;
import dev.nivel.journal.SegmentScan.Damaged;
import dev.nivel.journal.SegmentScan.Found;
import dev.nivel.journal.SegmentScan.Part;
import dev.nivel.store.Field;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all segments once, at the start. What is damaged at the end of the last one is an append
 * that did not return, and is cut; anything else that is damaged goes into quarantine.
 */
final class Replay {
  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

  private final Disk disk;
  private final Quarantine quarantine;
  private final Journal.Reader reader;
  private final List<Damage> damages = new ArrayList<>();
  private int segments;
  private long records;
  private long bytes;
  private long tornBytes;

  Replay(Disk disk, Quarantine quarantine, Journal.Reader reader) {
    this.disk = disk;
    this.quarantine = quarantine;
    this.reader = reader;
  }

  ReplayReport run(List<Segment> oldestFirst) {
    for (int i = 0; i < oldestFirst.size(); i++) {
      read(oldestFirst.get(i), i == oldestFirst.size() - 1);
    }
    try {
      quarantine.count();
    } catch (IOException e) {
      LOG.warn("The journal's quarantine can't be read: {}", e.getMessage());
    }
    return new ReplayReport(records, bytes, segments, tornBytes, List.copyOf(damages));
  }

  private void read(Segment segment, boolean isLast) {
    segments++;
    byte[] file;
    try {
      file = disk.read(segment.path());
    } catch (IOException e) {
      LOG.error("{} can't be read, and stays for the next start: {}", segment.path(),
          e.getMessage());
      damaged(segment, 0, 0);
      stay(segment);
      return;
    }
    bytes += file.length;
    segment.contain(file.length, 0);
    distrust(segment);
    @Nullable SegmentHeader header = SegmentHeader.decode(file);
    if (header != null) {
      new Reading(segment, file, header).run(isLast);
    } else if (file.length > SegmentHeader.BYTES) {
      setAside(segment, file.length);
    } else { // the process died while it began the segment
      tornBytes += file.length;
    }
    segment.seal();
  }

  /**
   * The process that wrote a segment may have died before it fsynced it, or after that had failed;
   * then a success means nothing. So what is live in it is appended again, to a file of this
   * process.
   */
  private void distrust(Segment segment) {
    segment.lose();
    try {
      disk.force(segment.path());
    } catch (IOException e) {
      LOG.error("{} can't be fsynced: {}", segment.path(), e.getMessage());
    }
  }

  private void setAside(Segment segment, long length) {
    damaged(segment, 0, length);
    try {
      quarantine.move(segment);
    } catch (IOException e) {
      stay(segment);
      LOG.error("{} can't be moved into quarantine, and stays: {}", segment.path(),
          e.getMessage());
    }
    segment.contain(0, 0);
  }

  private static void stay(Segment segment) {
    segment.keep();
    segment.holdUnknown(true);
    segment.seal();
  }

  private Damage damaged(Segment segment, long offset, long length) {
    Damage damage = new Damage(segment.number(), offset, length);
    damages.add(damage);
    LOG.error("{} is damaged at offset {}: {} bytes can't be replayed", segment.path(), offset,
        length);
    return damage;
  }

  /** The way through one segment. */
  private final class Reading {
    private final Segment segment;
    private final byte[] file;
    private final SegmentHeader header;
    /** What is damaged since the last group that is right. */
    private final List<Damaged> pending = new ArrayList<>();
    private int end = SegmentHeader.BYTES;

    Reading(Segment segment, byte[] file, SegmentHeader header) {
      this.segment = segment;
      this.file = file;
      this.header = header;
    }

    void run(boolean isLast) {
      if (!header.isWhole()) {
        copy(damaged(segment, 0, SegmentHeader.BYTES));
      }
      SegmentScan scan = new SegmentScan(file, header);
      for (@Nullable Part part = scan.next(); part != null; part = scan.next()) {
        take(part);
      }
      if (isLast && !pending.isEmpty()) {
        cut();
      } else {
        copyPending();
      }
    }

    private void take(Part part) {
      if (part instanceof Damaged damaged) {
        pending.add(damaged);
        if (!damaged.isComplete()) {
          return;
        }
      }
      end = part.offset() + part.length();
      copyPending();
      if (part instanceof Found found) {
        hand(found);
      }
    }

    private void hand(Found found) {
      segment.hold(found.conversation());
      segment.contain(file.length, segment.records() + found.fields().size());
      segment.retain(found.fields().size());
      records += found.fields().size();
      for (Field field : found.fields()) {
        reader.read(found.conversation(), field, segment.place());
      }
    }

    /** Copies what is damaged in one piece; an erasure will tell its parts apart. */
    private void copyPending() {
      if (pending.isEmpty()) {
        return;
      }
      for (Damaged part : pending) {
        if (part.conversation() == null) {
          segment.holdUnknown(true);
        } else {
          segment.hold(part.conversation());
        }
      }
      int first = pending.get(0).offset();
      Damaged last = pending.get(pending.size() - 1);
      pending.clear();
      copy(damaged(segment, first, last.offset() + last.length() - first));
    }

    private void copy(Damage damage) {
      try {
        quarantine.copy(header, damage, file);
      } catch (IOException e) {
        segment.keep();
        LOG.error("The damaged piece can't be copied into quarantine; {} stays: {}",
            segment.path(), e.getMessage());
      }
    }

    private void cut() {
      tornBytes += file.length - end;
      segment.holdUnknown(true);
      try {
        disk.truncate(segment.path(), end);
        segment.contain(end, segment.records());
        segment.holdUnknown(false);
      } catch (IOException e) {
        LOG.warn("The torn end of {} could not be cut: {}", segment.path(), e.getMessage());
      }
    }
  }
}
