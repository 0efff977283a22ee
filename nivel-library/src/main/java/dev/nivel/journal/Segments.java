package dev.nivel.journal;

import dev.nivel.store.EraseMarks;
import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of a journal, of which at most one is written to. Safe for use by several threads;
 * no thread holds its lock while it waits for an fsync.
 */
final class Segments {
  private static final Logger LOG = LoggerFactory.getLogger(Segments.class);
  private static final Duration REOPENED_AFTER = Duration.ofSeconds(1);

  private final JournalSettings settings;
  private final Time time;
  private final Disk disk;
  private final long salt;
  /** What else counts towards the bound. */
  private final LongSupplier otherBytes;
  private final ConcurrentSkipListMap<Long, Segment> byNumber = new ConcurrentSkipListMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  // All below: guarded by lock.
  private final EraseMarks marks = new EraseMarks();
  private @Nullable Segment active;
  private long lastNumber;
  private long bytes;
  private long appendedCount;
  private long writeFailures;
  private String failure = "it was not replayed yet";
  private long failedAtNanos;

  Segments(JournalSettings settings, Files files, Time time) {
    this.settings = settings;
    this.time = time;
    disk = files.disk();
    salt = files.salt();
    otherBytes = files.otherBytes();
  }

  /**
   * What files are written with.
   *
   * @param salt of new segments
   * @param otherBytes what counts towards the bound besides segments
   */
  record Files(Disk disk, long salt, LongSupplier otherBytes) {}

  /** Takes in a segment that an earlier process left. */
  void add(Segment found) {
    lock.lock();
    try {
      byNumber.put(found.number(), found);
      lastNumber = Math.max(lastNumber, found.number());
    } finally {
      lock.unlock();
    }
  }

  /** A group that was written, and where it ends. */
  record Written(Segment segment, long end) {}

  /**
   * Writes a group, whose records count as live from then on.
   *
   * @throws UnavailableException if it can't be written now; then nothing of it is left
   */
  Written append(Group group) {
    lock.lock();
    try {
      // An erasure that came first must not be undone by a writer that was slow.
      List<? extends Field> uncovered = marks.uncovered(group.conversation(), group.fields());
      Group allowed = uncovered.size() == group.fields().size() ? group
          : Group.of(salt, group.conversation(), uncovered, settings.bytesMax());
      Segment segment = segmentFor(allowed.bytes().length);
      if (!allowed.fields().isEmpty()) {
        write(segment, allowed);
      }
      segment.retain(group.fields().size());
      appendedCount += group.fields().size();
      return new Written(segment, segment.bytes());
    } finally {
      lock.unlock();
    }
  }

  private Segment segmentFor(int length) {
    @Nullable Segment segment = active;
    if (segment != null && segment.bytes() > SegmentHeader.BYTES
        && segment.bytes() + length > settings.segmentBytes()) {
      segment.seal();
      segment = open();
    }
    if (segment == null) {
      throw new UnavailableException("the journal can't be written to: " + failure);
    }
    if (bytes() + length > settings.bytesMax()) {
      throw new UnavailableException("the journal is full: " + fullness());
    }
    return segment;
  }

  private long bytes() {
    return bytes + otherBytes.getAsLong();
  }

  private String fullness() {
    return "it has " + bytes() + " of " + settings.bytesMax()
        + " bytes; Supabase has been slow or out";
  }

  private void write(Segment segment, Group group) {
    try {
      segment.hold(group.conversation()); // first: a part of it may stay even if this fails
      segment.append(group.bytes());
      segment.contain(segment.bytes(), segment.records() + group.fields().size());
      bytes += group.bytes().length;
    } catch (IOException e) {
      segment.seal();
      failed(segment, e);
      throw new UnavailableException("the journal could not be written: " + failure,
          e.getSuppressed().length == 0 ? Outcome.NOT_APPLIED : Outcome.UNKNOWN, e);
    }
  }

  /** Logs the first failure only, not each one that follows. */
  private void failed(Segment segment, IOException e) {
    active = null;
    writeFailures++;
    failedAtNanos = time.nanos();
    String before = failure;
    failure = segment.path() + ": " + e.getMessage();
    if (before.isEmpty()) {
      LOG.error("The journal can't be written to, and tries again each second: {}", failure);
    }
  }

  /** Has the next segment written to; null if there is none. */
  private @Nullable Segment open() {
    long number = ++lastNumber;
    Segment segment = Segment.found(number, settings.directory().resolve(Segment.fileName(number)));
    try {
      segment = Segment.created(number, segment.path(), disk.create(segment.path()));
      segment.append(SegmentHeader.of(number, salt).encode());
      bytes += SegmentHeader.BYTES;
      byNumber.put(number, segment);
      active = segment;
      failure = "";
    } catch (IOException e) {
      failed(segment, e);
      discard(segment);
    }
    return active;
  }

  private void discard(Segment segment) {
    try {
      segment.close();
      disk.delete(segment.path());
    } catch (IOException e) {
      LOG.warn("{} is left, without a record: {}", segment.path(), e.getMessage());
    }
  }

  /** Opens a segment to write to if there is none, but not soon after a failure. */
  void reopenIfDue() {
    lock.lock();
    try {
      if (active == null && time.nanos() - failedAtNanos >= REOPENED_AFTER.toNanos()
          && open() != null) {
        LOG.info("The journal is written to again");
      }
    } finally {
      lock.unlock();
    }
  }

  /** Opens the first segment to write to. */
  void start() {
    lock.lock();
    try {
      bytes = byNumber.values().stream().mapToLong(Segment::bytes).sum();
      failure = ""; // if the first attempt fails, that is logged
      open();
    } finally {
      lock.unlock();
    }
  }

  /** Has nothing written any more, for this reason. */
  void stop(String reason) {
    lock.lock();
    try {
      if (active != null) {
        active.seal();
      }
      active = null;
      failure = reason;
    } finally {
      lock.unlock();
    }
  }

  /** Gives up a segment whose fsync failed: nothing is appended to it any more. */
  void abandon(Segment segment) {
    lock.lock();
    try {
      segment.lose();
      if (active == segment) {
        segment.seal();
        active = null;
        open();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Begins an erasure: from now on nothing of the conversation up to the stamp is written.
   *
   * @return the segments that may hold something of it; nothing is added to them any more
   */
  List<Segment> mark(String conversation, Stamp stamp) {
    lock.lock();
    try {
      marks.add(conversation, stamp);
      @Nullable Segment written = active;
      if (written != null && written.mayHold(conversation)) {
        written.seal();
        active = null;
        open();
      }
      return byNumber.values().stream().filter(each -> each.mayHold(conversation)).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Notes what a segment has after it was written anew. */
  void rewritten(Segment segment, long bytesNow, long recordsNow) {
    lock.lock();
    try {
      bytes += bytesNow - segment.bytes();
      segment.contain(bytesNow, recordsNow);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a segment whose file is deleted. */
  void remove(Segment segment) {
    lock.lock();
    try {
      byNumber.remove(segment.number());
      bytes -= segment.bytes();
    } finally {
      lock.unlock();
    }
  }

  /** All, oldest first. */
  Collection<Segment> all() {
    return byNumber.values();
  }

  Stream<Segment> released() {
    return byNumber.values().stream().filter(Segment::isReleased);
  }

  Segment at(Place place) {
    @Nullable Segment segment = byNumber.get(place.segment());
    if (segment == null) {
      throw new IllegalArgumentException("the journal has no segment " + place.segment());
    }
    return segment;
  }

  /** Whether so many bytes more fit. */
  boolean hasRoom(long more) {
    lock.lock();
    try {
      return bytes() + more <= settings.bytesMax();
    } finally {
      lock.unlock();
    }
  }

  boolean isOverHalfFull() {
    lock.lock();
    try {
      return bytes() > settings.bytesMax() / 2;
    } finally {
      lock.unlock();
    }
  }

  private String reason() {
    if (active == null) {
      return failure;
    }
    return bytes() >= settings.bytesMax() ? fullness() : "";
  }

  /** The counts, to which others add theirs. */
  JournalCounts counts(long fsyncs, long fsyncFailures, long quarantined) {
    lock.lock();
    try {
      String reason = reason();
      return new JournalCounts(byNumber.size(), bytes(),
          byNumber.values().stream().mapToLong(Segment::live).sum(), appendedCount, fsyncs,
          fsyncFailures, writeFailures, quarantined, reason.isEmpty(), reason);
    } finally {
      lock.unlock();
    }
  }
}
