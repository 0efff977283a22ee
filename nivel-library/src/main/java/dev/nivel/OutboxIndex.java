package dev.nivel;

import dev.nivel.OutboxRecord.Origin;
import dev.nivel.OutboxRecord.Settlement;
import dev.nivel.store.EraseMarks;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The records of an outbox: by field, of which there is one version each; those that are pending,
 * in the order in which they became so; and those that are committed, in the order of that. Guarded
 * by the outbox's lock.
 */
final class OutboxIndex {
  private final Map<String, Map<String, OutboxRecord>> byConversation = new HashMap<>();
  private final TreeMap<Long, OutboxRecord> pending = new TreeMap<>();
  private final LinkedHashSet<OutboxRecord> committed = new LinkedHashSet<>();
  /** Those of the committed ones that L2 may still hold for unsynced. */
  private final LinkedHashSet<OutboxRecord> unsettled = new LinkedHashSet<>();
  private final EraseMarks erasures = new EraseMarks();
  private long bytes;
  private long pendingBytes;
  /** By origin: how many are pending. */
  private final Map<Origin, Integer> pendingByOrigin = new EnumMap<>(Origin.class);

  /**
   * A range of what is pending, in the order in which it became so.
   *
   * @param after exclusive; 0 = from the beginning
   * @param mark inclusive, from {@link #mark}
   */
  record Range(long after, long mark) {}

  /**
   * The beginning of a range.
   *
   * @param range all of it
   * @param rest what is left of it
   * @param rowsMax how many writes it was to have, but for what belongs together
   * @param isLast whether nothing is left
   */
  record Chunk(List<Write> writes, Range range, Range rest, int rowsMax, boolean isLast) {}

  /** Which writes are wanted. */
  interface Wanted extends Predicate<Write> {
    /** The only conversation of which any are; null = there may be several. */
    default @Nullable String conversation() {
      return null;
    }

    /** All of one conversation, which are found without a look at others. */
    static Wanted of(String conversation) {
      return new Wanted() {
        @Override
        public String conversation() {
          return conversation;
        }

        @Override
        public boolean test(Write write) {
          return write.conversation().equals(conversation);
        }
      };
    }
  }

  /** The version of a field that is here; null if there is none. */
  @Nullable
  OutboxRecord held(String conversation, String key) {
    @Nullable Map<String, OutboxRecord> fields = byConversation.get(conversation);
    return fields == null ? null : fields.get(key);
  }

  /** The version of a write's field that is here; null if there is none. */
  @Nullable
  OutboxRecord held(Write write) {
    return held(write.conversation(), write.key());
  }

  /** Whether a write is newer than the version that is here, if there is one. */
  boolean isNews(Write write) {
    @Nullable OutboxRecord held = held(write);
    return held == null || write.stamp().isNewerThan(held.write.stamp());
  }

  void addPending(OutboxRecord record) {
    put(record);
    record.isPending = true;
    pending.put(record.sequence, record);
    count(record, 1);
  }

  private void count(OutboxRecord record, int more) {
    pendingByOrigin.merge(record.origin, more, Integer::sum);
    pendingBytes += more * record.bytes();
  }

  /** What this node had found in L2 is its own: it need not be judged. */
  void own(OutboxRecord record, Origin origin) {
    if (record.isPending) {
      count(record, -1);
      record.origin = origin;
      count(record, 1);
    }
  }

  void addCommitted(OutboxRecord record) {
    put(record);
    committed.add(record);
    unsettled.add(record);
  }

  private void put(OutboxRecord record) {
    byConversation.computeIfAbsent(record.write.conversation(), id -> new HashMap<>())
        .put(record.write.key(), record);
    bytes += record.bytes();
  }

  /** A pending record is committed. */
  void commit(OutboxRecord record) {
    endPending(record);
    committed.add(record);
    settle(record, record.settlement);
  }

  /**
   * L2 knows that a record is synced, or may not. What it answers does not count if it was offered
   * the write since it was asked: that may have been later than what it did.
   */
  void settle(OutboxRecord record, Settlement settlement) {
    boolean isOffered = settlement == Settlement.DONE && record.settlement == Settlement.OPEN;
    boolean isKnown = settlement == Settlement.ASKED && record.settlement == Settlement.DONE;
    if (isOffered || isKnown) {
      return;
    }
    record.settlement = settlement;
    if (settlement == Settlement.DONE || record.isPending) {
      unsettled.remove(record);
    } else {
      unsettled.add(record);
    }
  }

  private void endPending(OutboxRecord record) {
    if (record.isPending) {
      count(record, -1);
      record.isPending = false;
      pending.remove(record.sequence, record);
    }
  }

  void remove(OutboxRecord record) {
    endPending(record);
    committed.remove(record);
    unsettled.remove(record);
    record.isGone = true;
    bytes -= record.bytes();
    @Nullable Map<String, OutboxRecord> fields = byConversation.get(record.write.conversation());
    if (fields != null) {
      fields.remove(record.write.key(), record);
      if (fields.isEmpty()) {
        byConversation.remove(record.write.conversation());
      }
    }
  }

  /** See {@link Outbox#pending(ChunkSize, Range, Wanted)}. */
  Chunk pending(ChunkSize size, Range range, Wanted wanted) {
    List<Write> writes = new ArrayList<>();
    long last = range.after();
    long left = ChunkSize.BYTES_MAX;
    boolean isLast = true;
    @Nullable Write key = null;
    for (OutboxRecord record : pending(range, wanted)) {
      boolean isWanted = wanted.test(record.write);
      left -= isWanted ? record.bytes() : 0;
      boolean isFull = writes.size() >= size.next() || (left < 0 && !writes.isEmpty());
      if (isFull && !isAppendedWith(key, record.write)) {
        isLast = false;
        break;
      }
      key = record.write.field() instanceof IdempotencyKey ? record.write : key;
      last = record.sequence;
      if (isWanted) {
        writes.add(record.write);
      }
    }
    return new Chunk(writes, range, new Range(last, range.mark()), size.next(), isLast);
  }

  private Collection<OutboxRecord> pending(Range range, Wanted wanted) {
    @Nullable String conversation = wanted.conversation();
    if (conversation == null) {
      return pending.subMap(range.after(), false, range.mark(), true).values();
    }
    return of(conversation)
        .filter(record -> record.isPending && record.sequence > range.after()
            && record.sequence <= range.mark())
        .sorted(Comparator.comparingLong(record -> record.sequence))
        .toList();
  }

  /** Records in their order, those together that a keyed append has brought. */
  static List<List<OutboxRecord>> groups(Stream<OutboxRecord> records) {
    List<List<OutboxRecord>> groups = new ArrayList<>();
    for (OutboxRecord record : records
        .sorted(Comparator.comparingLong(record -> record.sequence))
        .toList()) {
      @Nullable List<OutboxRecord> last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
      if (last != null && isAppendedWith(last.get(0).write, record.write)) {
        last.add(record);
      } else {
        groups.add(new ArrayList<>(List.of(record)));
      }
    }
    return groups;
  }

  /** Whether a write is an item that was appended under this key, of which L3 gets both at once. */
  private static boolean isAppendedWith(@Nullable Write key, Write write) {
    return key != null && key.field() instanceof IdempotencyKey used
        && write.field() instanceof Item && write.conversation().equals(key.conversation())
        && used.items().contains(write.stamp());
  }

  Stream<OutboxRecord> pending() {
    return pending.values().stream();
  }

  int pendingCount() {
    return pending.size();
  }

  /** How many of the pending ones came in this way. */
  int pending(Origin origin) {
    return pendingByOrigin.getOrDefault(origin, 0);
  }

  /** The one that was committed first; null if there is none. */
  @Nullable
  OutboxRecord oldestCommitted() {
    return committed.isEmpty() ? null : committed.iterator().next();
  }

  Stream<OutboxRecord> committed() {
    return committed.stream();
  }

  Stream<OutboxRecord> unsettled() {
    return unsettled.stream();
  }

  Stream<OutboxRecord> of(String conversation) {
    return byConversation.getOrDefault(conversation, Map.of()).values().stream();
  }

  /** Notes that a conversation is erased up to a stamp; returns what is here of that. */
  List<OutboxRecord> erase(String conversation, Stamp stamp) {
    erasures.add(conversation, stamp);
    return of(conversation).filter(record -> !record.write.stamp().isNewerThan(stamp)).toList();
  }

  /** Whether a write was overtaken by the erasure of its conversation. */
  boolean isErased(Write write) {
    return erasures.cover(write.conversation(), write.field());
  }

  /** Up to which stamp a conversation is known to be erased. */
  Stamp erased(String conversation) {
    return erasures.erased(conversation);
  }

  List<OutboxRecord> all() {
    return byConversation.values().stream().flatMap(fields -> fields.values().stream()).toList();
  }

  /** Roughly the memory that all of it takes. */
  long bytes() {
    return bytes;
  }

  /** That of the pending ones. */
  long pendingBytes() {
    return pendingBytes;
  }
}
