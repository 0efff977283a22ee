package dev.nivel.journal;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only journal in a directory of its own: what a node has acknowledged, until it is in
 * L3 (I1). Its life:
 *
 * <ol>
 * <li>{@link #open} takes the directory; {@link #replay} hands over what an earlier process left.
 * <li>{@link #append} writes fields and tells their {@link Place}; {@link #release} says that they
 * are not needed any more. A file of which nothing is needed is deleted.
 * <li>{@link #flush}, every 100 ms, does what is due: fsyncs, deletions, another attempt after a
 * failure. After it, what {@link #toMove} names must be appended again.
 * <li>{@link #erase} leaves nothing of a conversation in any file (I12).
 * </ol>
 *
 * Over its bound, or on a disk that is full or broken, it refuses appends (I8) and goes on by
 * itself when it can. Has no threads. Safe for use by several threads; interrupting them breaks
 * nothing.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  /** Below this share of live records, one in so many, a segment is not worth its place. */
  private static final int MOSTLY_DEAD = 4;

  private enum State {
    OPENED, REPLAYING, READY, CLOSED
  }

  private final JournalSettings settings;
  private final Disk disk;
  private final DirectoryLock directoryLock;
  private final long salt;
  private final Segments segments;
  private final GroupCommit commit;
  private final Quarantine quarantine;
  private final AtomicReference<State> state = new AtomicReference<>(State.OPENED);
  /** Held by whoever replaces or deletes files. Taken before all other locks. */
  private final ReentrantLock files = new ReentrantLock();

  private Journal(JournalSettings settings, Time time, Disk disk, DirectoryLock lock)
      throws IOException {
    this.settings = settings;
    this.disk = disk;
    directoryLock = lock;
    salt = new SecureRandom().nextLong();
    Temporaries.remove(disk, settings.directory());
    quarantine = new Quarantine(disk, settings.directory());
    segments = new Segments(settings, new Segments.Files(disk, salt, quarantine::bytes), time);
    commit = new GroupCommit(disk, settings.directory(), segments);
    findSegments();
  }

  /** Is handed what a replay finds. */
  @FunctionalInterface
  public interface Reader {
    /**
     * A record, which counts as live until it is released.
     *
     * @param place where it is
     */
    void read(String conversation, Field field, Place place);
  }

  /**
   * Takes a directory.
   *
   * @throws ConfigurationException if another journal uses it or it can't be used at all
   */
  public static Journal open(JournalSettings settings, Time time) {
    return open(settings, time, new OsDisk());
  }

  static Journal open(JournalSettings settings, Time time, Disk disk) {
    try {
      makeDirectory(settings.directory());
      DirectoryLock lock = DirectoryLock.take(settings.directory());
      try {
        return new Journal(settings, time, disk, lock);
      } catch (IOException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new ConfigurationException("the journal can't be kept in " + settings.directory()
          + ": " + e, e);
    }
  }

  /** What is in it is for this user only. */
  private static void makeDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Files.createDirectories(directory);
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private void findSegments() throws IOException {
    try (Stream<Path> found = Files.list(settings.directory())) {
      found.filter(path -> path.getFileName().toString().matches("\\d{20}" + Segment.SUFFIX))
          .forEach(path -> segments.add(Segment.found(
              Long.parseLong(path.getFileName().toString().substring(0, 20)), path)));
    }
  }

  /**
   * Hands over all that an earlier process left, oldest first, and begins to take appends. To be
   * called once, before anything else. 100,000 records of 600 bytes take a core some 0.3 s.
   *
   * @return what was found; damage is logged as an error, too
   * @throws ConfigurationException if a later version of Nivel wrote the journal
   */
  public ReplayReport replay(Reader reader) {
    if (!state.compareAndSet(State.OPENED, State.REPLAYING)) {
      throw new IllegalStateException("a journal is replayed once, when it was opened");
    }
    ReplayReport report = new Replay(disk, quarantine, reader).run(List.copyOf(segments.all()));
    segments.start();
    state.set(State.READY);
    return report;
  }

  /**
   * Writes fields, all or none of which outlive a crash, and returns when they are as durable as
   * the policy says.
   *
   * @return where they are; each of them counts as live until it is released
   * @throws UnavailableException if they are not in the journal. With {@link Outcome#UNKNOWN} a
   *     later replay may yet show them
   */
  public Place append(String conversation, List<? extends Field> fields) {
    Segments.Written written = write(conversation, fields);
    if (settings.fsync() == FsyncPolicy.ALWAYS) {
      try {
        commit.sync(written.segment(), written.end());
      } catch (UnavailableException e) {
        written.segment().release(fields.size());
        throw e;
      }
    }
    return written.segment().place();
  }

  /**
   * The same for what is in the journal already and moves: even with {@link FsyncPolicy#ALWAYS},
   * only the next {@link #flush} fsyncs it, before anything is deleted whose place it takes.
   */
  public Place appendLater(String conversation, List<? extends Field> fields) {
    return write(conversation, fields).segment().place();
  }

  private Segments.Written write(String conversation, List<? extends Field> fields) {
    if (state.get() != State.READY) {
      throw new UnavailableException("the journal is " + state.get() + ", not READY");
    }
    return segments.append(Group.of(salt, conversation, fields, settings.bytesMax()));
  }

  /**
   * So many records of a place are not needed any more: L3 has them or newer ones, or they were
   * appended again.
   *
   * @throws IllegalArgumentException if fewer are live there
   */
  public void release(Place place, int count) {
    segments.at(place).release(count);
  }

  /**
   * What is due every 100 ms: fsyncs, as the policy says; a new attempt to write after a failure,
   * at most once a second; deletion of files that are not needed. Failures are logged and counted.
   */
  public void flush() {
    if (state.get() != State.READY) {
      return;
    }
    segments.reopenIfDue();
    List<Segment> released = segments.released().toList();
    if (syncDue(!released.isEmpty())) {
      delete(released);
    }
  }

  /**
   * Before a file is deleted, what came after it is fsynced under every policy: its records may
   * have moved there. If that fails, they have to move once more first.
   */
  private boolean syncDue(boolean isDeletionDue) {
    boolean isAll = isDeletionDue || settings.fsync() == FsyncPolicy.INTERVAL;
    boolean isAnyAppend = settings.fsync() == FsyncPolicy.ALWAYS; // what has moved there
    boolean isSynced = true;
    for (Segment segment : segments.all()) {
      boolean isDue = segment.isSealed() || isAll || (isAnyAppend && segment.records() > 0);
      if (isDue && !segment.isReleased()) {
        isSynced &= sync(segment);
      }
    }
    return isSynced;
  }

  private boolean sync(Segment segment) {
    try {
      commit.sync(segment, segment.bytes());
      return true;
    } catch (UnavailableException e) { // logged and counted where it happened
      return false;
    }
  }

  private void delete(List<Segment> released) {
    if (released.isEmpty() || !files.tryLock()) { // an erasure is under way; the next turn does it
      return;
    }
    try {
      for (Segment segment : released) {
        commit.delete(segment);
        segments.remove(segment);
      }
      disk.forceDirectory(settings.directory());
    } catch (IOException e) {
      LOG.warn("Files of the journal are not deleted yet: {}", e.getMessage());
    } finally {
      files.unlock();
    }
  }

  /**
   * A place whose live records should be appended again, each of them, and then released: an fsync
   * of the file failed or it is damaged, or an earlier process wrote it, and there is room for all
   * of it; or hardly anything in it is live and the journal is over half full. Empty if there is
   * none, as usual.
   */
  public Optional<Place> toMove() {
    Optional<Segment> lost = segments.all()
        .stream()
        .filter(segment -> segment.isLost() && segment.live() > 0)
        .filter(segment -> segments.hasRoom(segment.bytes()))
        .findFirst();
    if (lost.isEmpty() && segments.isOverHalfFull()) {
      return segments.all().stream().filter(Journal::isMostlyDead).findFirst().map(Segment::place);
    }
    return lost.map(Segment::place);
  }

  private static boolean isMostlyDead(Segment segment) {
    long live = segment.live();
    return segment.isSealed() && live > 0 && live * MOSTLY_DEAD < segment.records();
  }

  /**
   * Leaves nothing of a conversation up to a stamp in any file, whether live or not. Places and
   * what counts as live stay as they are. Writes every file anew that has something of the
   * conversation; takes some 100 ms each. Appends go on meanwhile; one that comes late with
   * something erased writes nothing.
   *
   * @throws UnavailableException if it is not complete: repeat it
   */
  public void erase(String conversation, Stamp stamp) {
    if (state.get() != State.READY) {
      throw new UnavailableException("the journal is " + state.get() + ", not READY");
    }
    files.lock();
    try {
      Temporaries.remove(disk, settings.directory());
      Eraser eraser = new Eraser(disk, segments, commit,
          new Eraser.Erasure(conversation, stamp));
      List<IOException> failures = new ArrayList<>();
      for (Segment segment : segments.mark(conversation, stamp)) {
        try {
          eraser.erase(segment);
        } catch (IOException e) { // the others all the same
          failures.add(e);
        }
      }
      quarantine.erase(conversation);
      disk.forceDirectory(settings.directory());
      if (!failures.isEmpty()) {
        throw failures.get(0);
      }
    } catch (IOException e) {
      throw new UnavailableException("the erasure " + stamp + " is not complete in the journal: "
          + e.getMessage(), Outcome.UNKNOWN, e);
    } finally {
      files.unlock();
    }
  }

  /** The state, for metrics. */
  public JournalCounts counts() {
    return segments.counts(commit.fsyncs(), commit.failures(), quarantine.pieces());
  }

  /**
   * Fsyncs what was written, whatever the policy, deletes what nobody needs, and gives the
   * directory free.
   */
  @Override
  public void close() {
    State before = state.getAndSet(State.CLOSED);
    if (before == State.CLOSED) {
      return;
    }
    segments.stop("it is closed");
    if (before == State.READY) { // else nobody has read yet what the files hold
      List<Segment> released = segments.released().toList();
      if (syncDue(true)) {
        delete(released);
      }
    }
    try {
      directoryLock.close();
    } catch (IOException e) {
      LOG.warn("The journal's directory is still locked: {}", e.getMessage());
    }
  }
}
