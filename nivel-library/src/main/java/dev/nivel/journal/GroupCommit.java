package dev.nivel.journal;

import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fsyncs. One thread at a time leads: it forces what all have written until then, and no lock is
 * held meanwhile. The others wait for it; those whose bytes it did not reach are led by one of
 * their own next. Safe for use by several threads.
 */
final class GroupCommit {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

  private final Disk disk;
  private final Path directory;
  private final Segments segments;
  private final AtomicLong fsyncs = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition forced = lock.newCondition();
  /** Whether a thread leads. Guarded by lock. */
  private boolean isForcing;
  /** Up to this segment the directory on the disk has their names. Used by the leader only. */
  private long lastEntered;

  GroupCommit(Disk disk, Path directory, Segments segments) {
    this.disk = disk;
    this.directory = directory;
    this.segments = segments;
  }

  /**
   * Returns when a segment is on the disk up to an offset. A failure gives up the segment: the
   * kernel may have dropped what it could not write, and then a second fsync lies.
   *
   * @throws UnavailableException if that failed, now or before
   */
  void sync(Segment segment, long end) {
    lock.lock();
    try {
      while (!segment.isSyncedTo(end)) {
        refuseLost(segment);
        if (isForcing) {
          forced.awaitUninterruptibly();
        } else {
          lead(segment);
        }
      }
      if (segment.isSealed() && segment.isSynced()) {
        close(segment);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Called with the lock, which is free for others while the disk works. */
  private void lead(Segment segment) {
    isForcing = true;
    lock.unlock();
    try {
      force(segment);
    } catch (IOException e) {
      failures.incrementAndGet();
      segments.abandon(segment);
      close(segment);
      LOG.error("An fsync of {} failed; its records are to be appended to the next segment: {}",
          segment.path(), e.getMessage());
      throw new UnavailableException("an fsync of " + segment.path() + " failed: "
          + e.getMessage(), Outcome.UNKNOWN, e);
    } finally {
      lock.lock();
      isForcing = false;
      forced.signalAll();
    }
  }

  private static void close(Segment segment) {
    try {
      segment.close();
    } catch (IOException e) {
      LOG.warn("{} was not closed: {}", segment.path(), e.getMessage());
    }
  }

  private static void refuseLost(Segment segment) {
    if (segment.isLost()) {
      throw new UnavailableException("an fsync of " + segment.path() + " has failed",
          Outcome.UNKNOWN, null);
    }
  }

  private void force(Segment segment) throws IOException {
    if (segment.number() > lastEntered) {
      disk.forceDirectory(directory);
      lastEntered = segment.number();
    }
    segment.force();
    fsyncs.incrementAndGet();
  }

  /**
   * Puts a file that is on the disk in the place of a sealed segment's. Which of the two a power
   * cut leaves is open until the directory is on the disk, too.
   */
  void replace(Segment segment, Path file) throws IOException {
    lock.lock();
    try {
      awaitLeader();
      disk.rename(file, segment.path());
      disk.forceDirectory(directory);
      segment.synced();
      close(segment);
    } finally {
      lock.unlock();
    }
  }

  /** Deletes a sealed segment's file. */
  void delete(Segment segment) throws IOException {
    lock.lock();
    try {
      awaitLeader();
      close(segment);
      disk.delete(segment.path());
    } finally {
      lock.unlock();
    }
  }

  private void awaitLeader() {
    while (isForcing) {
      forced.awaitUninterruptibly();
    }
  }

  long fsyncs() {
    return fsyncs.get();
  }

  long failures() {
    return failures.get();
  }
}
