package dev.nivel.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The third level: the database, which holds everything that is settled, for good.
 *
 * <p>Every method blocks up to the deadline of one call and throws {@link UnavailableException}
 * when the database does not answer by then. Stamps decide everything, so every method may be
 * repeated. Safe for use by several threads.
 */
public interface L3 extends AutoCloseable {
  /** One entry, which may be a tombstone; empty if there is no trace of it. */
  Optional<Entry> entry(String conversation, String name);

  /**
   * Conversations as a cache wants them: all entries, the newest items, the idempotency keys that
   * have not expired. One statement.
   *
   * @return for each id its contents, complete
   */
  Map<String, Contents> conversations(Collection<String> conversations);

  /**
   * Items before one. Many long ones are read in parts: of a conversation that is erased meanwhile
   * there may be items from before and from after that.
   *
   * @param before exclusive; empty = from the end
   * @return the newest of them, in the order of the log
   */
  List<Item> itemsBefore(String conversation, Optional<Stamp> before, int limit);

  /** The oldest items after one, in the order of the log; read as {@link #itemsBefore} does. */
  List<Item> itemsAfter(String conversation, Stamp after, int limit);

  /**
   * Writes fields that were acknowledged before: each is stored if it is newer than what is held
   * and than the conversation's erasure. One statement.
   *
   * @param writes no field twice
   * @return those that were not stored, and what is held instead
   */
  List<Refusal> write(Collection<Write> writes);

  /**
   * Writes fields that were just stamped and that L2 may not hold, all or none, and notes that L2
   * must be told; in one transaction. Stamps that are over {@link Stamp#AHEAD_MAX} ahead of the
   * store's clock are not taken, unless they follow a stored one. When this has failed for twice as
   * long as a call may take, the fields are stored or never will be, provided that the store had
   * answered a heartbeat before.
   *
   * @param fields entries, or items in ascending order, of one conversation; before the items an
   *     idempotency key if they have one
   * @param condition what the entry must be before; only with a single entry
   * @param keepsStamps whether L2 may have accepted the fields under these stamps, so that an item
   *     must be stored under its stamp even if it is not the last, and no stamp is too far ahead
   */
  WriteReply writeFirst(String conversation, List<Field> fields, Condition condition,
      boolean keepsStamps);

  /**
   * Keeps a field apart that can't be stored. If it is kept apart already, only the reason is new.
   *
   * @param node the number of the node that gives it up
   * @param reason why, for the operator; never the content
   */
  void quarantine(Write write, int node, String reason);

  /**
   * What is kept apart, by id.
   *
   * @param after exclusive; 0 = from the beginning
   */
  List<Quarantined> quarantined(long after, int limit);

  /**
   * What is kept apart, to be written again; it stays until it is dropped.
   *
   * @return by id; without those that are not there
   */
  Map<Long, Write> quarantinedWrites(Collection<Long> ids);

  /**
   * Keeps rows apart no longer.
   *
   * @return those that were there
   */
  List<Quarantined> dropQuarantined(Collection<Long> ids);

  /** Notes that L2 must be told of what was committed here; a note may be repeated. */
  void noteForL2(Collection<Write> committed);

  /**
   * What was written past L2 or noted, oldest first, with the values that are held now.
   *
   * @return up to the limit, or less if it is much; empty only if there is nothing
   */
  List<Write> staleInL2(int limit);

  /** Forgets the notes of what L2 has been told, unless they were renewed since. */
  void toldL2(Collection<Write> told);

  /**
   * Removes everything of a conversation that is not newer than the stamp, bars its return, and
   * asks all nodes to erase it.
   *
   * @return false, and nothing is done, if another erasure has this stamp
   */
  boolean erase(String conversation, Stamp stamp);

  /**
   * Conversations by id, in the order of their UTF-8 bytes.
   *
   * @param prefix what the ids begin with; empty = all
   * @param after exclusive; empty = from the beginning
   */
  List<Activity> activities(String prefix, String after, int limit);

  /**
   * Looks for conversations that were last written before a time, a bounded number at once.
   *
   * @param before exclusive
   * @param after exclusive; empty = from the beginning
   * @param limit how many are looked at
   * @return of the next conversations by id those that were, and the last one in any case, so that
   *     the next call may go on behind it; empty at the end
   */
  List<Activity> activitiesBefore(Instant before, String after, int limit);

  /**
   * Removes tombstones that are older than seven days, the contents of what has expired, and
   * idempotency keys that have; the ids of conversations that were erased up to a time over 30 days
   * ago.
   */
  void purge();

  /**
   * A trial: asks the database for a sign of life, and creates or updates the schema if need be.
   *
   * @throws ConfigurationException if only an operator can mend what is wrong
   */
  void probe();

  /** The register of nodes. */
  NodeRegistry nodes();

  /** What values in L2 are compressed against; nothing that is held here needs it. */
  DictionaryStore dictionaries();

  @Override
  void close();
}
