package dev.nivel.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A file of the journal and what is known of it. It is written under the lock of {@link Segments}
 * until it is sealed; forced, closed and replaced by one thread at a time, as {@link GroupCommit}
 * has it.
 */
final class Segment {
  static final String SUFFIX = ".segment";

  private final Place place;
  private final Path path;
  private final AtomicLong live = new AtomicLong();
  /** These two are guarded by the lock of Segments; a replay, which is alone, needs none. */
  private final ConversationHashes conversations = new ConversationHashes();
  private boolean hasUnknown;
  /** Null once nothing is written or forced any more. Set as GroupCommit has it. */
  private volatile @Nullable SegmentFile file;
  /** These two are set under the lock of Segments. */
  private volatile long bytes;
  private volatile long records;
  /** Set as GroupCommit has it. */
  private volatile long bytesSynced;
  private volatile boolean isSealed;
  private volatile boolean isLost;
  private volatile boolean isKept;

  private Segment(long number, Path path, @Nullable SegmentFile file) {
    place = new Place(number);
    this.path = path;
    this.file = file;
  }

  /** A segment to write to, whose header is still to be written. */
  static Segment created(long number, Path path, SegmentFile file) {
    return new Segment(number, path, file);
  }

  /** A segment that an earlier process left. */
  static Segment found(long number, Path path) {
    Segment segment = new Segment(number, path, null);
    segment.isSealed = true;
    segment.bytesSynced = Long.MAX_VALUE;
    return segment;
  }

  static String fileName(long number) {
    return String.format(Locale.ROOT, "%020d", number) + SUFFIX;
  }

  Place place() {
    return place;
  }

  long number() {
    return place.segment();
  }

  Path path() {
    return path;
  }

  long bytes() {
    return bytes;
  }

  long records() {
    return records;
  }

  long live() {
    return live.get();
  }

  /** Writes at the end. If that fails, the file is cut to what it was. */
  void append(byte[] written) throws IOException {
    SegmentFile open = openFile();
    long end = bytes;
    try {
      open.append(written);
    } catch (IOException e) {
      try {
        open.truncate(end);
      } catch (IOException cut) {
        e.addSuppressed(cut);
      }
      throw e;
    }
    bytes = end + written.length;
  }

  private SegmentFile openFile() throws IOException {
    SegmentFile open = file;
    if (open == null) {
      throw new IOException(path + " is closed");
    }
    return open;
  }

  /** Notes whose a group is that is in the file. */
  void hold(String conversation) {
    conversations.add(conversation);
  }

  /** Notes whether there is something in the file of which it can't be known whose it is. */
  void holdUnknown(boolean isSo) {
    hasUnknown = isSo;
  }

  /** Notes how much is in the file. */
  void contain(long bytesNow, long recordsNow) {
    bytes = bytesNow;
    records = recordsNow;
  }

  /** False only if the file has nothing of a conversation. */
  boolean mayHold(String conversation) {
    return hasUnknown || conversations.mayHold(conversation);
  }

  /** Takes on so many records that somebody needs. */
  void retain(int count) {
    live.addAndGet(count);
  }

  /** Lets go of so many records. */
  void release(int count) {
    if (count < 0 || live.addAndGet(-count) < 0) {
      live.addAndGet(count);
      throw new IllegalArgumentException("segment " + number() + " has " + live
          + " live records, of which " + count + " can't be released");
    }
  }

  /** Nothing is written any more. */
  void seal() {
    isSealed = true;
    conversations.compact();
  }

  boolean isSealed() {
    return isSealed;
  }

  /**
   * An fsync failed, or may have failed in an earlier process, or something was damaged: what is
   * live must be appended again.
   */
  void lose() {
    isLost = true;
  }

  boolean isLost() {
    return isLost;
  }

  /** What is damaged could not be copied: the file stays. */
  void keep() {
    isKept = true;
  }

  /** Whether the file is of no use any more. */
  boolean isReleased() {
    return isSealed && !isKept && live.get() == 0;
  }

  boolean isSynced() {
    return bytesSynced >= bytes;
  }

  boolean isSyncedTo(long end) {
    return bytesSynced >= end;
  }

  /** Returns when everything that was written before is on the disk. */
  void force() throws IOException {
    long end = bytes;
    openFile().force();
    bytesSynced = end;
  }

  /** Lets go of the file; what it has is on the disk, or given up. */
  void close() throws IOException {
    SegmentFile open = file;
    file = null;
    if (open != null) {
      open.close();
    }
  }

  /** Everything is on the disk. */
  void synced() {
    bytesSynced = Long.MAX_VALUE;
  }
}
