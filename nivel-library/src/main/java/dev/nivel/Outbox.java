package dev.nivel;

import dev.nivel.store.Field;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What this node has acknowledged and L3 may not have: pending writes, oldest first, and for a
 * minute more those that L3 has committed, so that an L2 which forgot them can be healed. Of a
 * field only the newest version is kept. Keeps the ledger of I11. Safe for use by several threads.
 */
final class Outbox {
  private static final Duration KEPT_AFTER_COMMIT = Duration.ofSeconds(60);
  private static final int RECORD_BYTES = 256;

  private final long bytesMax;
  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();
  // All below: guarded by lock.
  private final Map<String, Map<String, Kept>> byConversation = new HashMap<>();
  /** By sequence: in the order in which their fields became pending. */
  private final TreeMap<Long, Kept> pending = new TreeMap<>();
  private final LinkedHashSet<Kept> committed = new LinkedHashSet<>();
  private long bytes;
  private long lastSequence;
  private long acknowledgedCount;
  private long adoptedCount;
  private long syncedCount;
  private long coalescedCount;
  private long quarantinedCount;

  Outbox(long bytesMax, Time time) {
    this.bytesMax = bytesMax;
    this.time = time;
  }

  /** A write with its state. Identity is equality. */
  private static final class Kept {
    final Write write;
    final long sequence;
    final long sinceNanos;
    boolean isPending;
    long committedAtNanos;
    boolean isSettled;

    Kept(Write write, long sequence, long sinceNanos) {
      this.write = write;
      this.sequence = sequence;
      this.sinceNanos = sinceNanos;
    }

    long bytes() {
      return RECORD_BYTES + 2L * write.conversation().length() + write.field().contentBytes();
    }
  }

  /** Whether so many bytes more would stay within the bound. */
  boolean hasRoom(long moreBytes) {
    lock.lock();
    try {
      expireCommitted();
      return bytes + moreBytes <= bytesMax;
    } finally {
      lock.unlock();
    }
  }

  /** Takes in what L2 has accepted and this node acknowledges now. */
  void acknowledge(String conversation, List<? extends Field> fields) {
    lock.lock();
    try {
      acknowledgedCount += fields.size();
      fields.forEach(field -> addPending(new Write(conversation, field)));
    } finally {
      lock.unlock();
    }
  }

  /** Takes in what L3 has committed and this node acknowledges now; L2 may not have it. */
  void acknowledgeCommitted(String conversation, List<? extends Field> fields) {
    lock.lock();
    try {
      acknowledgedCount += fields.size();
      syncedCount += fields.size();
      for (Field field : fields) {
        Kept kept = new Kept(new Write(conversation, field), ++lastSequence, time.nanos());
        @Nullable Kept held = held(kept.write);
        if (held == null || kept.write.stamp().isNewerThan(held.write.stamp())) {
          supersede(held);
          put(kept);
          keepCommitted(kept);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes over an unsynced field that some node has acknowledged.
   *
   * @return whether this node did not have it yet
   */
  boolean adopt(Write write) {
    lock.lock();
    try {
      @Nullable Kept held = held(write);
      if (held != null && !write.stamp().isNewerThan(held.write.stamp())) {
        return false;
      }
      adoptedCount++;
      addPending(write);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void addPending(Write write) {
    @Nullable Kept held = held(write);
    if (held != null && !write.stamp().isNewerThan(held.write.stamp())) {
      coalescedCount++; // a newer write of the same field got here first
      return;
    }
    // A newer version takes the place of the older one, so that a field does not lose its turn.
    Kept kept = held != null && held.isPending ? new Kept(write, held.sequence, held.sinceNanos)
        : new Kept(write, ++lastSequence, time.nanos());
    supersede(held);
    put(kept);
    kept.isPending = true;
    pending.put(kept.sequence, kept);
  }

  private void supersede(@Nullable Kept held) {
    if (held != null) {
      coalescedCount += held.isPending ? 1 : 0;
      drop(held);
    }
  }

  private @Nullable Kept held(Write write) {
    return held(write.conversation(), write.key());
  }

  private @Nullable Kept held(String conversation, String key) {
    @Nullable Map<String, Kept> fields = byConversation.get(conversation);
    return fields == null ? null : fields.get(key);
  }

  private void put(Kept kept) {
    byConversation.computeIfAbsent(kept.write.conversation(), id -> new HashMap<>())
        .put(kept.write.key(), kept);
    bytes += kept.bytes();
  }

  private void drop(Kept kept) {
    pending.remove(kept.sequence, kept);
    committed.remove(kept);
    bytes -= kept.bytes();
    @Nullable Map<String, Kept> fields = byConversation.get(kept.write.conversation());
    if (fields != null) {
      fields.remove(kept.write.key(), kept);
      if (fields.isEmpty()) {
        byConversation.remove(kept.write.conversation());
      }
    }
  }

  private void keepCommitted(Kept kept) {
    kept.committedAtNanos = time.nanos();
    committed.add(kept);
    expireCommitted();
  }

  private void expireCommitted() {
    long now = time.nanos();
    while (!committed.isEmpty()) {
      Kept oldest = committed.iterator().next();
      boolean isOld = now - oldest.committedAtNanos > KEPT_AFTER_COMMIT.toNanos();
      if (!isOld && bytes <= bytesMax) {
        return;
      }
      drop(oldest);
    }
  }

  /** L3 holds this version, or a newer one, or has erased the conversation. */
  void committed(Write write, boolean isCoalesced) {
    lock.lock();
    try {
      @Nullable Kept held = held(write);
      if (held == null || !held.isPending || !held.write.stamp().equals(write.stamp())) {
        return; // superseded meanwhile, and counted then
      }
      if (isCoalesced) {
        supersede(held);
      } else {
        held.isPending = false;
        pending.remove(held.sequence);
        syncedCount++;
        keepCommitted(held);
      }
    } finally {
      lock.unlock();
    }
  }

  /** L3 refuses this write for good and keeps it apart. */
  void quarantined(Write write) {
    lock.lock();
    try {
      @Nullable Kept held = held(write);
      if (held != null && held.isPending && held.write.stamp().equals(write.stamp())) {
        quarantinedCount++;
        drop(held);
      }
    } finally {
      lock.unlock();
    }
  }

  /** L2 knows that these are synced. */
  void settled(Collection<Write> writes) {
    lock.lock();
    try {
      for (Write write : writes) {
        @Nullable Kept held = held(write);
        if (held != null && held.write.stamp().equals(write.stamp())) {
          held.isSettled = true;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what was written to a conversation up to a stamp, because it is erased. */
  void erase(String conversation, Stamp stamp) {
    lock.lock();
    try {
      for (Kept kept : List.copyOf(byConversation.getOrDefault(conversation, Map.of()).values())) {
        if (!kept.write.stamp().isNewerThan(stamp)) {
          supersede(kept);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** The newest version that this node wrote of a field, pending or committed lately. */
  @Nullable
  Field of(String conversation, String key) {
    lock.lock();
    try {
      @Nullable Kept kept = held(conversation, key);
      return kept == null ? null : kept.write.field();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a field is still to be brought to L3. */
  boolean isPending(String conversation, String key) {
    lock.lock();
    try {
      @Nullable Kept kept = held(conversation, key);
      return kept != null && kept.isPending;
    } finally {
      lock.unlock();
    }
  }

  /** All that this node wrote to a conversation, pending or committed lately. */
  List<Field> of(String conversation) {
    lock.lock();
    try {
      return byConversation.getOrDefault(conversation, Map.of())
          .values()
          .stream()
          .map(kept -> kept.write.field())
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /**
   * What to pass to {@link #pending} for all that is in the outbox now, and nothing that comes
   * later.
   */
  long mark() {
    lock.lock();
    try {
      return lastSequence;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The oldest pending writes that pass a test. A keyed append is not divided: there may be more
   * than the limit.
   *
   * @param mark from {@link #mark}
   */
  List<Write> pending(int limit, long mark, Predicate<Write> test) {
    lock.lock();
    try {
      List<Write> oldest = new ArrayList<>();
      @Nullable Write key = null;
      for (Kept kept : pending.headMap(mark, true).values()) {
        Write write = kept.write;
        if (oldest.size() >= limit && (key == null || !isAppended(write, key))) {
          break;
        }
        key = write.field() instanceof IdempotencyKey ? write : key;
        if (test.test(write)) {
          oldest.add(write);
        }
      }
      return oldest;
    } finally {
      lock.unlock();
    }
  }

  private static boolean isAppended(Write write, Write key) {
    return write.field() instanceof Item && write.conversation().equals(key.conversation())
        && ((IdempotencyKey) key.field()).items().contains(write.stamp());
  }

  /** Writes that L3 has committed and L2 may still hold for unsynced. */
  List<Write> unsettled(int limit) {
    lock.lock();
    try {
      return committed.stream()
          .filter(kept -> !kept.isSettled)
          .limit(limit)
          .map(kept -> kept.write)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** All pending writes, oldest first. */
  List<Write> allPending() {
    return pending(Integer.MAX_VALUE, Long.MAX_VALUE, write -> true);
  }

  /** All writes that L3 committed within the last minute. */
  List<Write> allCommitted() {
    lock.lock();
    try {
      expireCommitted();
      return committed.stream().map(kept -> kept.write).toList();
    } finally {
      lock.unlock();
    }
  }

  /** The ledger and the sizes, all of one moment. */
  Counts counts() {
    lock.lock();
    try {
      long oldestNanos = pending.isEmpty() ? 0
          : time.nanos() - pending.firstEntry().getValue().sinceNanos;
      return new Counts(acknowledgedCount, adoptedCount, syncedCount, coalescedCount,
          pending.size(), quarantinedCount, bytes, Duration.ofNanos(oldestNanos));
    } finally {
      lock.unlock();
    }
  }

  /**
   * The ledger: {@code acknowledged + adopted = synced + coalesced + pending + quarantined} (I11).
   *
   * @param bytes roughly the memory that the outbox takes
   * @param oldestPending for how long the oldest pending write has been waiting
   */
  record Counts(long acknowledged, long adopted, long synced, long coalesced, long pending,
      long quarantined, long bytes, Duration oldestPending) {}
}
