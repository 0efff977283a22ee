package dev.nivel.store;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The second level: a store that all nodes share, fast, and allowed to forget what is settled.
 *
 * <p>A field that L3 does not hold yet is <i>unsynced</i>: it is indexed, and kept until it is
 * settled. Every method blocks up to the deadline of one call and throws {@link
 * UnavailableException} when the store does not answer by then. Stamps decide everything, so every
 * method may be repeated. Safe for use by several threads.
 */
public interface L2 extends AutoCloseable {
  /**
   * One entry.
   *
   * @throws CorruptException if what is held is not what was stored; then it was dropped, and the
   *     level below must be asked, which may not have it yet
   */
  Lookup entry(String conversation, String name);

  /**
   * All that is held of a conversation, but for idempotency keys, which no reader wants.
   *
   * @throws CorruptException as {@link #entry} does
   */
  Contents conversation(String conversation);

  /**
   * All that is held of several conversations, in one round trip if the store can. What is damaged
   * is dropped, and its conversation is not in the answer: the level below must be asked for it.
   */
  default Map<String, Contents> conversations(Collection<String> conversations) {
    Map<String, Contents> contents = new HashMap<>();
    for (String conversation : conversations) {
      try {
        contents.put(conversation, conversation(conversation));
      } catch (CorruptException e) {
        contents.remove(conversation);
      }
    }
    return contents;
  }

  /**
   * Writes fields that were just stamped, all or none, as unsynced. An entry is accepted if it is
   * newer than what is held, an item if it is newer than the last item, all if the idempotency key
   * is not known; none if its stamp is over {@link Stamp#AHEAD_MAX} ahead of the store's clock,
   * unless it follows a stored one. Fields that are held as they are under their stamps are
   * accepted again.
   *
   * @param fields entries, or items in ascending order, of one conversation; before the items an
   *     idempotency key if they have one
   * @param condition what the entry must be before; only with a single entry
   */
  WriteReply write(String conversation, List<Field> fields, Condition condition);

  /**
   * Asks for the right to fill a conversation from L3. Ask before reading L3: any write in between
   * withdraws it, so an outdated reading is never stored. Whoever then has nothing to fill gives it
   * back by {@link #endFill}.
   *
   * @return a token for {@link #fill}; empty if somebody else has it
   */
  Optional<String> beginFill(String conversation);

  /**
   * Asks for the right to fill several conversations, in one round trip if the store can.
   *
   * @return tokens by conversation; none of those of which somebody else has the right
   */
  default Map<String, String> beginFills(Collection<String> conversations) {
    Map<String, String> tokens = new HashMap<>();
    conversations.forEach(conversation -> beginFill(conversation)
        .ifPresent(token -> tokens.put(conversation, token)));
    return tokens;
  }

  /**
   * What is held of several conversations, and the rights to fill them.
   *
   * @param contents as {@link #conversations} answers
   * @param tokens as {@link #beginFills} answers; those that are not used must be given back
   */
  record Look(Map<String, Contents> contents, Map<String, String> tokens) {}

  /** {@link #conversations} and {@link #beginFills}, in one round trip if the store can. */
  default Look look(Collection<String> conversations) {
    Map<String, Contents> contents = conversations(conversations);
    return new Look(contents, beginFills(conversations));
  }

  /**
   * Takes the right to fill a conversation, even if somebody else has it: his filling is in vain
   * then.
   *
   * @return a token for {@link #fill}
   */
  String takeFill(String conversation);

  /** Gives the right to fill back, for nothing is to be filled; harmless if it was withdrawn. */
  void endFill(String conversation, String token);

  /** Gives several rights back, by conversation, in one round trip if the store can. */
  default void endFills(Map<String, String> tokens) {
    tokens.forEach(this::endFill);
  }

  /**
   * Stores what L3 holds. Fields that are held in a newer version stay.
   *
   * @return whether the token was still good
   */
  boolean fill(String conversation, Contents contents, String token);

  /**
   * Stores what L3 holds of several conversations, in one round trip if the store can.
   *
   * @param tokens by conversation; what has none is not stored
   */
  default void fill(Map<String, Contents> contents, Map<String, String> tokens) {
    contents.forEach((conversation, of) -> Optional.ofNullable(tokens.get(conversation))
        .ifPresent(token -> fill(conversation, of, token)));
  }

  /**
   * Marks fields as synced that L3 has committed; a newer version that is held stays unsynced.
   *
   * @return those of which an older version is held: {@link #heal} them
   */
  default List<Write> settle(Collection<Write> committed) {
    return beginSettle(committed).get();
  }

  /**
   * Begins to {@link #settle}, and does not wait for the answer.
   *
   * @return waits for it, until the deadline of a call that began with this one, and returns or
   *     throws what settle does; to be asked once
   */
  Supplier<List<Write>> beginSettle(Collection<Write> committed);

  /**
   * Stores fields where they are newer than what is held.
   *
   * @param isUnsynced whether L3 does not hold them yet
   */
  void heal(Collection<Write> writes, boolean isUnsynced);

  /** Removes everything of a conversation that is not newer than the stamp. */
  void erase(String conversation, Stamp stamp);

  /**
   * The unsynced fields, whoever wrote them.
   *
   * @param minAge only fields that have been unsynced for that long
   * @param limit how many at most
   * @return the oldest of them, by conversation
   */
  Map<String, List<Field>> unsynced(Duration minAge, int limit);

  /** The unsynced fields of one conversation. */
  List<Field> unsynced(String conversation);

  /**
   * Says to the other nodes that this one writes here: {@link #isPresent} for a time.
   *
   * @param node its number
   */
  void present(int node, Duration validity);

  /** Whether a node has said that it writes here, and that is still valid. */
  boolean isPresent(int node);

  /**
   * A trial: connects if need be, writes a canary and reads it back, measures the server's clock,
   * and checks that the server is fit to be used.
   *
   * @param isAnew whether to give up the present connection, which may be half dead
   * @throws ConfigurationException if only an operator can mend what is wrong
   */
  void probe(boolean isAnew);

  /**
   * Names the life from which the data come, as far as this node knows. It changes when the server
   * may have lost some of them: {@link Listener#generationStarted}.
   */
  String generation();

  /**
   * L1 has heard of all changes to the conversation that were made before this moment: the time
   * ({@link Time#nanos}) at which the last question was sent that was answered on the change
   * channel of the master that owns the conversation. {@link #probe} asks it. If nothing was heard
   * yet, or who the master is has just changed, the moment lies an hour or more in the past; what
   * the listener was told by {@link Listener#changesMissed} does not count as unheard. Cheap: it is
   * called for every hit in L1. Does not block.
   */
  long heardAtNanos(String conversation);

  /**
   * The same of all conversations; an hour or more in the past if this is not to be said of them
   * all alike. Does not block.
   */
  long heardAtNanos();

  /** The server's clock minus this machine's, as measured lately; milliseconds. */
  long clockOffsetMillis();

  /** The bytes of memory that the server uses, as it reported lately; 0 if unknown. */
  long usedMemoryBytes();

  /** What compression did. */
  CompressionCounts compression();

  /** How many values were dropped because their bytes were not what was stored. */
  long corruptCount();

  /** Names where dictionaries for values are kept for good; before anything else. */
  void keepDictionariesIn(DictionaryStore store);

  /**
   * Learns how to compress values like those that were written lately: a turn in the background,
   * made by one thread, which may take a second.
   *
   * @throws UnavailableException if this store or the other one is out; the next turn goes on
   */
  void learn();

  /** Names the one that hears of changes; before anything else. */
  void listen(Listener listener);

  /** Hears what happens in L2 without this node having asked. Calls must not block. */
  interface Listener {
    /** Does nothing. */
    Listener NONE = new Listener() {
      @Override
      public void changed(int node, String conversation, String key, Stamp stamp) {}

      @Override
      public void erased(int node, String conversation, Stamp stamp) {}

      @Override
      public void changesMissed() {}

      @Override
      public void generationStarted() {}

      @Override
      public void disconnected() {}
    };

    /** A field was written, by this node or another. */
    void changed(int node, String conversation, String key, Stamp stamp);

    /** A conversation was erased, by this node or another. */
    void erased(int node, String conversation, Stamp stamp);

    /** Changes may have been missed: what is cached must not be believed. */
    void changesMissed();

    /** The server may have lost what it held: what is unsynced must be offered again. */
    void generationStarted();

    /** The connection broke; {@link #probe} makes a new one. */
    void disconnected();
  }

  @Override
  void close();
}
