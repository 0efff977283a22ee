package dev.nivel;

import dev.nivel.store.Field;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.RejectedException;
import dev.nivel.store.RejectedException.Reason;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Appends that come again under their idempotency key.
 *
 * <p>What this node has acknowledged lately it knows without asking, whatever Redis has lost. And
 * it remembers, of the latest 1,000, the stamps under which a store may have accepted an append
 * without its answer coming through: whoever repeats that uses the same stamps, so that it appears
 * once whichever store has it already (I7). Safe for use by several threads.
 */
final class Repetitions {
  private static final int OPEN_MAX = 1_000;

  private final Outbox outbox;
  private final SyncPath sync;
  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();
  /** Guarded by lock. Of unknown outcome, oldest first. */
  private final LinkedHashMap<Use, Open> open = new LinkedHashMap<>();

  Repetitions(Outbox outbox, SyncPath sync, Time time) {
    this.outbox = outbox;
    this.sync = sync;
    this.time = time;
  }

  private record Use(String conversation, String keyHash) {}

  private record Open(String bodyHash, List<Stamp> stamps) {}

  /** The receipt of the first append under the draft's key, if this node still keeps it. */
  Optional<Receipt> receipt(Draft draft) {
    @Nullable AppendKey key = draft.key();
    if (key == null) {
      return Optional.empty();
    }
    String conversation = draft.conversation();
    String name = Field.KEY_PREFIX + key.hash();
    Set<Durability> durability = outbox.durability(conversation, name);
    return !durability.isEmpty()
        && outbox.of(conversation, name) instanceof IdempotencyKey first
        && first.isLive(time.millis()) ? Optional.of(receipt(draft, first, durability))
            : Optional.empty();
  }

  /**
   * The receipt of an append that was made before.
   *
   * @param found where it was found
   * @throws RejectedException if it had other items
   */
  Receipt receipt(Draft draft, IdempotencyKey first, Set<Durability> found) {
    if (!isSame(draft, first)) {
      throw reused();
    }
    Set<Durability> durability = EnumSet.copyOf(found);
    if (draft.options().isDurable() && durability.add(Durability.SUPABASE)) {
      try {
        sync.runForced(draft.conversation(), draft.deadline());
      } catch (UnavailableException e) { // not there yet, but the append itself has been made
        throw new UnavailableException(e.getMessage(), Outcome.UNKNOWN, e);
      }
    }
    return new Receipt(first.items(), durability, false);
  }

  /** Whether a draft appends what was appended under its key. */
  boolean isSame(Draft draft, IdempotencyKey first) {
    @Nullable AppendKey key = draft.key();
    return key != null && key.bodyHash().equals(first.bodyHash());
  }

  private static RejectedException reused() {
    return new RejectedException(Reason.KEY_REUSED,
        "this idempotency key was used with other items within the last 24 hours");
  }

  /**
   * The stamps of the append under the draft's key whose outcome is unknown; empty if there is
   * none.
   *
   * @throws RejectedException if it had other items
   */
  Optional<List<Stamp>> openStamps(Draft draft) {
    @Nullable AppendKey key = draft.key();
    @Nullable Open known = key == null ? null : open(draft.conversation(), key);
    if (key == null || known == null) {
      return Optional.empty();
    }
    if (!known.bodyHash().equals(key.bodyHash())) {
      throw reused();
    }
    return Optional.of(known.stamps());
  }

  /** Whether a store may have accepted an append under the draft's key that is not acknowledged. */
  boolean isOpen(Draft draft) {
    @Nullable AppendKey key = draft.key();
    return key != null && open(draft.conversation(), key) != null;
  }

  private @Nullable Open open(String conversation, AppendKey key) {
    lock.lock();
    try {
      return open.get(new Use(conversation, key.hash()));
    } finally {
      lock.unlock();
    }
  }

  /** Learns that a store may have accepted a draft under these stamps. */
  void leaveOpen(Draft draft, List<Stamp> stamps) {
    @Nullable AppendKey key = draft.key();
    if (key == null) {
      return;
    }
    lock.lock();
    try {
      open.put(new Use(draft.conversation(), key.hash()), new Open(key.bodyHash(), stamps));
      if (open.size() > OPEN_MAX) {
        open.remove(open.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Learns that the outcome of a draft is known. */
  void close(Draft draft) {
    @Nullable AppendKey key = draft.key();
    if (key == null) {
      return;
    }
    lock.lock();
    try {
      open.remove(new Use(draft.conversation(), key.hash()));
    } finally {
      lock.unlock();
    }
  }
}
