package dev.nivel;

import dev.nivel.OutboxRecord.Origin;
import dev.nivel.OutboxRecord.Settlement;
import dev.nivel.journal.Place;
import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.Write;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this node must bring to L3: pending writes, oldest first, and for a minute more those that
 * L3 has committed, so that an L2 which forgot them can be healed. Of a field only the newest
 * version is kept. Knows where the journal has each, and keeps the ledger of I11. Safe for use by
 * several threads.
 */
final class Outbox {
  private static final Duration KEPT_AFTER_COMMIT = Duration.ofSeconds(60);
  private static final int QUARANTINE_MARKS_MAX = 50_000;

  private final long bytesMax;
  private final Time time;
  private final QuarantineLedger quarantine = new QuarantineLedger(QUARANTINE_MARKS_MAX);
  private final ReentrantLock lock = new ReentrantLock();
  // All below: guarded by lock.
  private final OutboxIndex index = new OutboxIndex();
  private final Places places = new Places();
  private final Ledger ledger = new Ledger();
  private long reserved;
  private long lastSequence;

  Outbox(long bytesMax, Time time) {
    this.bytesMax = bytesMax;
    this.time = time;
  }

  private <T extends @Nullable Object> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is room for a write. */
  enum Room {
    /** There is. */
    ENOUGH,
    /** There is, but so much of it is taken that sync should not wait for its time. */
    LITTLE,
    /** There is not, and nothing was reserved. */
    NONE
  }

  /** Reserves room for a write, until {@link #unreserve}. */
  Room reserve(long moreBytes) {
    return locked(() -> {
      expireCommitted(moreBytes);
      if (index.bytes() + reserved + moreBytes > bytesMax) {
        return Room.NONE;
      }
      reserved += moreBytes;
      // What is committed makes room as soon as it is needed; no sync would change that.
      return index.pendingBytes() > bytesMax / 2 ? Room.LITTLE : Room.ENOUGH;
    });
  }

  /** Gives back what was reserved; what came of it is counted by now. */
  void unreserve(long lessBytes) {
    locked(() -> {
      reserved -= lessBytes;
    });
  }

  /**
   * Takes in what L2 has accepted and this node acknowledges now.
   *
   * @param place where the journal has it; null = nowhere
   */
  void acknowledge(String conversation, List<? extends Field> fields, @Nullable Place place) {
    locked(() -> fields.forEach(
        field -> addPending(new Write(conversation, field), Origin.ACKNOWLEDGED, place)));
  }

  /** Takes in what L2 has accepted and this node can't acknowledge, since its journal fails. */
  void keep(String conversation, List<? extends Field> fields) {
    locked(() -> fields.forEach(
        field -> addPending(new Write(conversation, field), Origin.UNACKNOWLEDGED, null)));
  }

  /** Takes in what L3 has committed and this node acknowledges now; L2 may not have it. */
  void acknowledgeCommitted(String conversation, List<? extends Field> fields) {
    locked(() -> {
      ledger.acknowledged += fields.size();
      ledger.synced += fields.size();
      fields.forEach(field -> addCommitted(new Write(conversation, field)));
    });
  }

  private void addCommitted(Write write) {
    if (index.isNews(write) && !index.isErased(write)) {
      supersede(index.held(write));
      OutboxRecord record = new OutboxRecord(write, Origin.ACKNOWLEDGED, ++lastSequence,
          time.nanos());
      record.committedAtNanos = time.nanos();
      index.addCommitted(record);
      expireCommitted(0);
    }
  }

  /** Takes in what the journal had kept. It may be there twice, and an older version as well. */
  void replay(Write write, Place place) {
    locked(() -> {
      if (index.isNews(write)) {
        addPending(write, Origin.REPLAYED, place);
      } else {
        places.release(place, 1);
      }
    });
  }

  /**
   * Takes over an unsynced field that some node has acknowledged.
   *
   * @return whether this node did not have it yet; false if it knows that it is erased
   */
  boolean adopt(Write write) {
    return locked(() -> {
      boolean isNews = index.isNews(write) && !index.isErased(write);
      if (isNews) {
        addPending(write, Origin.ADOPTED, null);
      }
      return isNews;
    });
  }

  private void addPending(Write write, Origin origin, @Nullable Place place) {
    ledger.countIn(origin);
    if (index.isErased(write)) {
      ledger.coalesced++;
      places.release(place, 1);
      return;
    }
    @Nullable OutboxRecord held = index.held(write);
    if (held != null && !write.stamp().isNewerThan(held.write.stamp())) {
      ledger.coalesced++; // a newer write of the same field got here first
      if (origin.isOwn() && write.stamp().equals(held.write.stamp())) {
        index.own(held, origin); // a sync adopted it while this node was still about it
      }
      if (place != null && held.place == null && write.stamp().equals(held.write.stamp())) {
        places.put(held, place);
      } else {
        places.release(place, 1);
      }
      return;
    }
    // A newer version takes the place of the older one, so that a field does not lose its turn.
    OutboxRecord record = held != null && held.isPending
        ? new OutboxRecord(write, origin, held.sequence, held.sinceNanos)
        : new OutboxRecord(write, origin, ++lastSequence, time.nanos());
    if (held != null && place == null) {
      Places.inherit(record, held);
    }
    supersede(held);
    index.addPending(record);
    places.put(record, place);
  }

  private void supersede(@Nullable OutboxRecord held) {
    if (held != null) {
      ledger.coalesced += held.isPending ? 1 : 0;
      drop(held);
    }
  }

  private void drop(OutboxRecord record) {
    index.remove(record);
    places.remove(record);
  }

  /** Forgets what was committed a minute ago, and earlier what stands in the way of new writes. */
  private void expireCommitted(long moreBytes) {
    @Nullable OutboxRecord oldest = index.oldestCommitted();
    while (oldest != null && isDispensable(oldest, moreBytes)) {
      drop(oldest);
      oldest = index.oldestCommitted();
    }
  }

  private boolean isDispensable(OutboxRecord record, long moreBytes) {
    return time.nanos() - record.committedAtNanos > KEPT_AFTER_COMMIT.toNanos()
        || index.bytes() + reserved + moreBytes > bytesMax;
  }

  /**
   * L3 holds this version, or a newer one, or has erased the conversation.
   *
   * @return whether nobody could see it so far, since L3 had to judge it first
   */
  boolean committed(Write write, boolean isCoalesced) {
    return locked(() -> {
      @Nullable OutboxRecord held = pendingVersion(write);
      if (held == null) {
        return false; // superseded meanwhile, and counted then
      }
      boolean wasJudged = held.isJudged();
      if (isCoalesced) {
        supersede(held);
      } else {
        ledger.synced++;
        held.committedAtNanos = time.nanos();
        index.commit(held);
        places.committed(held);
        expireCommitted(0);
      }
      return !wasJudged;
    });
  }

  private @Nullable OutboxRecord pendingVersion(Write write) {
    @Nullable OutboxRecord held = index.held(write);
    boolean isIt = held != null && held.isPending && held.write.stamp().equals(write.stamp());
    return isIt ? held : null;
  }

  /** L3 refuses this write for good and keeps it apart. */
  void quarantined(Write write) {
    locked(() -> {
      @Nullable OutboxRecord held = pendingVersion(write);
      if (held != null) {
        quarantine.quarantined(write);
        drop(held);
      }
    });
  }

  /** What becomes of writes that L3 keeps apart. */
  QuarantineLedger quarantine() {
    return quarantine;
  }

  /** Whether L2 knows that these are synced. */
  void settle(Collection<Write> writes, Settlement settlement) {
    locked(() -> writes.forEach(write -> {
      @Nullable OutboxRecord held = index.held(write);
      if (held != null && held.write.stamp().equals(write.stamp())) {
        index.settle(held, settlement);
      }
    }));
  }

  /** Forgets what was written to a conversation up to a stamp, and keeps nothing of it later. */
  void erase(String conversation, Stamp stamp) {
    locked(() -> {
      index.erase(conversation, stamp).forEach(this::supersede);
      quarantine.erase(conversation, stamp);
    });
  }

  /** Up to which stamp a conversation is known to be erased. */
  Stamp erased(String conversation) {
    return locked(() -> index.erased(conversation));
  }

  /** The newest version that this node wrote of a field, pending or committed lately. */
  @Nullable
  Field of(String conversation, String key) {
    return this.<@Nullable Field>locked(() -> {
      @Nullable OutboxRecord record = index.held(conversation, key);
      return record == null || !record.isJudged() ? null : record.write.field();
    });
  }

  /** Where a field is that this node keeps; empty if it keeps none that is acknowledged. */
  Set<Durability> durability(String conversation, String key) {
    return locked(() -> {
      @Nullable OutboxRecord record = index.held(conversation, key);
      return record == null ? Set.of() : record.durability();
    });
  }

  /** All that this node wrote to a conversation, pending or committed lately. */
  List<Field> of(String conversation) {
    return locked(() -> writes(index.of(conversation).filter(OutboxRecord::isJudged))
        .<Field>map(Write::field)
        .toList());
  }

  /** Whether something that the journal had kept waits for L3 to judge it. */
  boolean hasReplays() {
    return locked(() -> index.pending(Origin.REPLAYED) > 0);
  }

  /** Whether anything waits for L3 to judge it, and is not offered to L2 before that. */
  boolean hasUnjudged() {
    return locked(() -> index.pending(Origin.REPLAYED) + index.pending(Origin.ADOPTED) > 0);
  }

  /** What to pass to {@link #pending} for all that is here now, and nothing that comes later. */
  long mark() {
    return locked(() -> lastSequence);
  }

  /**
   * The oldest pending writes of a range that are wanted. A keyed append is not divided.
   *
   * @param size how many at most, and how many bytes, but for the first
   * @param range a newer version of a field takes the place of the older one in it
   */
  OutboxIndex.Chunk pending(ChunkSize size, OutboxIndex.Range range, OutboxIndex.Wanted wanted) {
    return locked(() -> index.pending(size, range, wanted));
  }

  /** All pending writes to a conversation. */
  List<Write> pending(String conversation) {
    return locked(() -> writes(index.of(conversation).filter(record -> record.isPending)).toList());
  }

  /** What L3 must judge of a conversation before anybody sees it. */
  List<Write> unjudged(String conversation) {
    return locked(() -> writes(index.of(conversation).filter(r -> !r.isJudged())).toList());
  }

  private static Stream<Write> writes(Stream<OutboxRecord> records) {
    return records.map(record -> record.write);
  }

  /** Writes that L3 has committed and L2 may still hold for unsynced. */
  List<Write> unsettled(int limit) {
    return locked(() -> writes(index.unsettled()).limit(limit).toList());
  }

  /** The same, of one conversation. */
  List<Write> unsettled(String conversation) {
    return locked(() -> writes(
        index.of(conversation)
            .filter(record -> !record.isPending && record.settlement != Settlement.DONE))
        .toList());
  }

  /** All pending writes that L2 must know, oldest first. */
  List<Write> allPending() {
    return locked(() -> writes(index.pending().filter(OutboxRecord::isJudged)).toList());
  }

  /** All writes that L3 committed within the last minute. */
  List<Write> allCommitted() {
    return locked(() -> {
      expireCommitted(0);
      return writes(index.committed()).toList();
    });
  }

  /** Forgets what L3 has committed and L2 knows to be synced. */
  void forgetSettled() {
    locked(() -> index.committed()
        .filter(record -> record.settlement == Settlement.DONE)
        .toList()
        .forEach(this::drop));
  }

  /** Work on the places of records in the journal, under the outbox's lock. */
  <T extends @Nullable Object> T places(PlacesWork<T> work) {
    return locked(() -> {
      expireCommitted(0);
      return work.on(places, index::all);
    });
  }

  /** Work on the places of records. */
  interface PlacesWork<T extends @Nullable Object> {
    /** Does it; must not block. */
    T on(Places places, Supplier<List<OutboxRecord>> records);
  }

  /** The ledger and the sizes, all of one moment. */
  Ledger.Counts counts() {
    return locked(() -> ledger.counts(index, quarantine.counts(), time.nanos()));
  }
}
