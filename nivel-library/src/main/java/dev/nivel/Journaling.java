package dev.nivel;

import dev.nivel.journal.Journal;
import dev.nivel.journal.JournalCounts;
import dev.nivel.journal.JournalSettings;
import dev.nivel.journal.Place;
import dev.nivel.journal.ReplayReport;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the outbox on the disk as well, so that a crash of this process together with a loss of
 * Redis takes nothing (I1).
 *
 * <ol>
 * <li>At the start, what a former life left goes to the outbox, for L3 to judge it.
 * <li>Every write is appended before it is acknowledged. If that fails, the acknowledgement does
 * not claim it, or the write is refused, as configured.
 * <li>A turn every 100 ms: what the journal could not take, or lost with a file, is appended again,
 * what a keyed append brought in one piece; what the outbox let go is released; what is due is
 * fsynced.
 * </ol>
 *
 * Safe for use by several threads, but only one may make turns.
 */
final class Journaling implements AutoCloseable {
  /** Where fields are without a journal. */
  private static final Place NOWHERE = new Place(0);
  /** More than a keyed append of {@link Limits#ITEMS_MAX} items has. */
  private static final int APPENDED_A_TURN = 2 * Limits.ITEMS_MAX;
  private static final Logger LOG = LoggerFactory.getLogger(Journaling.class);

  /** Whether there is a journal. */
  enum Mode {
    /** There is none. */
    OFF,
    /** If it can't take a write, Redis alone has to do. */
    ON,
    /** If it can't take a write, the write is refused. */
    REQUIRED
  }

  /**
   * How the journal is used.
   *
   * @param mode whether there is one
   * @param journal how it is kept
   */
  record Settings(Mode mode, JournalSettings journal) {}

  private final Mode mode;
  private final Outbox outbox;
  private final @Nullable Journal journal;
  /** Why there is none. */
  private final String reason;

  /**
   * Takes the journal's directory.
   *
   * @throws ConfigurationException if that fails and a journal is required
   */
  Journaling(Settings settings, Outbox outbox, Time time) {
    mode = settings.mode();
    this.outbox = outbox;
    @Nullable Journal opened = null;
    String why = "it is switched off";
    if (mode != Mode.OFF) {
      try {
        opened = Journal.open(settings.journal(), time);
      } catch (ConfigurationException e) {
        if (mode == Mode.REQUIRED) {
          throw e;
        }
        why = e.getMessage();
        LOG.error(
            "There is no journal, so that writes are in Redis alone until they are synced: {}",
            why);
      }
    }
    journal = opened;
    reason = why;
  }

  /** Brings to the outbox what a former life left in the journal; before anything else. */
  void replay() {
    if (journal == null) {
      return;
    }
    ReplayReport report = journal.replay(
        (conversation, field, place) -> outbox.replay(new Write(conversation, field), place));
    if (report.records() > 0 || !report.damages().isEmpty()) {
      LOG.info("The journal had {} fields from before in {} files; {} pieces are damaged",
          report.records(), report.segments(), report.damages().size());
    }
  }

  /**
   * Refuses a write if the journal must have it and is known not to take it.
   *
   * @throws UnavailableException if so
   */
  void refuseIfRequired() {
    if (mode == Mode.REQUIRED && journal != null && !journal.counts().isWritable()) {
      throw new UnavailableException("the journal can't take the write: "
          + journal.counts().reason());
    }
  }

  /**
   * Appends what Redis has accepted.
   *
   * @return where it is; null = nowhere, for now
   * @throws UnavailableException if the journal can't take it and must
   */
  @Nullable
  Place append(String conversation, List<? extends Field> fields) {
    if (journal == null) {
      return NOWHERE;
    }
    try {
      return journal.append(conversation, fields);
    } catch (UnavailableException e) {
      if (mode == Mode.REQUIRED) {
        throw e;
      }
      return null; // the journal has said why, and the next turns try again
    }
  }

  /** Whether a place is in the journal. */
  static boolean isSomewhere(@Nullable Place place) {
    return place != null && !place.equals(NOWHERE);
  }

  /** A turn of the duty. */
  void turn() {
    if (journal == null) {
      return;
    }
    Map<Place, Integer> released = takeReleased(); // before: what replaces it is appended first
    List<List<OutboxRecord>> missing = outbox
        .places((places, all) -> places.unjournaled(APPENDED_A_TURN));
    appendAgain(journal::append, missing);
    release(journal, released);
    journal.flush();
    Optional<Place> moving = journal.toMove();
    moving.ifPresent(place -> appendAgain(journal::appendLater,
        outbox.places((places, all) -> places.leave(place, all.get()))));
  }

  private Map<Place, Integer> takeReleased() {
    return outbox.places((places, all) -> places.takeReleased());
  }

  private static void release(Journal from, Map<Place, Integer> released) {
    released.forEach((place, count) -> {
      if (isSomewhere(place)) {
        from.release(place, count);
      }
    });
  }

  private void appendAgain(BiFunction<String, List<? extends Field>, Place> appending,
      List<List<OutboxRecord>> groups) {
    for (List<OutboxRecord> group : groups) {
      Place place;
      try {
        place = appending.apply(group.get(0).write.conversation(),
            group.stream().map(record -> record.write.field()).toList());
      } catch (UnavailableException e) {
        return; // the next turn goes on
      }
      outbox.places((places, all) -> {
        group.forEach(record -> places.put(record, place));
        return place;
      });
    }
  }

  /**
   * Leaves nothing of a conversation in the journal that is not newer than the stamp (I12).
   *
   * @throws UnavailableException if that is not complete
   */
  void erase(String conversation, Stamp stamp) {
    if (journal != null) {
      journal.erase(conversation, stamp);
    }
  }

  /** How the journal is. */
  JournalCounts counts() {
    return journal != null ? journal.counts()
        : new JournalCounts(0, 0, 0, 0, 0, 0, 0, 0, false, reason);
  }

  /** Gives up the directory. What is in the journal stays for the next life. */
  @Override
  public void close() {
    if (journal != null) {
      release(journal, takeReleased());
      journal.flush();
      journal.close();
    }
  }
}
