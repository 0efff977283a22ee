package dev.nivel.store;

import dev.nivel.store.Refusal.Reason;
import dev.nivel.store.UnavailableException.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** L3 in a map, for tests of the engine. It can fail, and refuse rows. */
public final class FakeL3 implements L3 {
  private final Time time;
  private final Map<String, Map<String, Field>> conversations = new TreeMap<>();
  private final Map<String, Stamp> erased = new HashMap<>();
  private final Map<String, Write> notes = new LinkedHashMap<>();
  private final FakeNodeRegistry nodes;
  private final DictionaryStore dictionaries = new FakeDictionaries(this::call);
  /** What is kept apart. */
  public final List<Write> quarantine = new ArrayList<>();
  private final TreeMap<Long, Quarantined> quarantineRows = new TreeMap<>();
  private long lastQuarantineRow;
  /** How many calls came through. */
  public final AtomicInteger calls = new AtomicInteger();
  /** The sizes of the chunks that were written. */
  public final List<Integer> chunks = new ArrayList<>();
  /** Whether every call fails without effect. */
  public volatile boolean isOut;
  /** Whether the next {@link #writeFirst} takes effect and then fails. */
  public volatile boolean losesReplyOnce;
  /** Which writes poison their chunk. */
  public volatile Predicate<Write> isPoison = write -> false;
  /** What is said of them. */
  public volatile String poisonReason = "a poisonous row";
  /** What is run before a call that reads conversations returns. */
  public volatile Runnable beforeReply = () -> {};
  /** What is run before a write past L2 is looked at. */
  public volatile Runnable beforeCommit = () -> {};
  /** What is run before notes for L2 are made or read. */
  public volatile Runnable beforeNotes = () -> {};
  /** What is run when a chunk was written. */
  public volatile Runnable afterChunk = () -> {};

  /** The server's clock is so much behind the one that the fake was given. */
  public volatile Duration clockBehind = Duration.ZERO;

  /** A fake with the given clock. */
  public FakeL3(Time time) {
    this.time = time;
    nodes = new FakeNodeRegistry(this::call, time);
  }

  private void call() {
    calls.incrementAndGet();
    if (isOut) {
      throw new UnavailableException("the fake L3 is out");
    }
  }

  private Map<String, Field> held(String conversation) {
    return conversations.computeIfAbsent(conversation, id -> new TreeMap<>());
  }

  private Stamp erasedUpTo(String conversation) {
    return erased.getOrDefault(conversation, Stamp.NONE);
  }

  @Override
  public Optional<Entry> entry(String conversation, String name) {
    call();
    Optional<Entry> entry = lookUp(conversation, name);
    beforeReply.run();
    return entry;
  }

  private synchronized Optional<Entry> lookUp(String conversation, String name) {
    return Optional.ofNullable((Entry) held(conversation).get(Field.ENTRY_PREFIX + name));
  }

  @Override
  public Map<String, Contents> conversations(Collection<String> ids) {
    call();
    Map<String, Contents> all = new HashMap<>();
    ids.forEach(id -> all.put(id, contents(id)));
    beforeReply.run();
    return all;
  }

  private synchronized Contents contents(String id) {
    Contents marks = new Contents(Map.of(), List.of(), true, Stamp.NONE, erasedUpTo(id));
    List<Field> living = held(id).values()
        .stream()
        .filter(field -> !(field instanceof IdempotencyKey) || field.isLive(time.millis()))
        .toList();
    return marks.with(living)
        .trimmed(ItemBounds.DEFAULT.itemsMax(),
            ItemBounds.DEFAULT.itemBytesMax());
  }

  private synchronized List<Item> items(String conversation, Predicate<Item> test) {
    return held(conversation).values()
        .stream()
        .filter(field -> field instanceof Item)
        .map(field -> (Item) field)
        .filter(test)
        .sorted(Item.ORDER)
        .toList();
  }

  @Override
  public List<Item> itemsBefore(String conversation, Optional<Stamp> before, int limit) {
    call();
    List<Item> all = items(conversation,
        item -> before.isEmpty() || before.get().isNewerThan(item.stamp()));
    beforeReply.run();
    return all.subList(Math.max(0, all.size() - limit), all.size());
  }

  @Override
  public List<Item> itemsAfter(String conversation, Stamp after, int limit) {
    call();
    List<Item> all = items(conversation, item -> item.stamp().isNewerThan(after));
    beforeReply.run();
    return all.subList(0, Math.min(limit, all.size()));
  }

  @Override
  public synchronized List<Refusal> write(Collection<Write> writes) {
    call();
    if (writes.stream().anyMatch(isPoison)) {
      throw new RejectedException(RejectedException.Reason.MALFORMED, poisonReason);
    }
    chunks.add(writes.size());
    List<Refusal> refusals = new ArrayList<>();
    for (Write write : writes) {
      @Nullable Refusal refusal = refusal(write);
      if (refusal != null) {
        refusals.add(refusal);
      } else {
        held(write.conversation()).put(write.key(), write.field());
      }
    }
    afterChunk.run();
    return refusals;
  }

  private @Nullable Refusal refusal(Write write) {
    if (!write.stamp().isNewerThan(erasedUpTo(write.conversation()))) {
      return new Refusal(write, Reason.ERASED, null);
    }
    @Nullable Field held = held(write.conversation()).get(write.key());
    if (held == null || write.stamp().isNewerThan(held.stamp()) || held.equals(write.field())) {
      return null;
    }
    boolean isConflict = held.stamp().equals(write.stamp()) && held.content() != null;
    return new Refusal(write, isConflict ? Reason.CONFLICT : Reason.NEWER, held);
  }

  @Override
  public WriteReply writeFirst(String conversation, List<Field> fields, Condition condition,
      boolean keepsStamps) {
    beforeCommit.run();
    return commitFirst(conversation, fields, condition, keepsStamps);
  }

  private synchronized WriteReply commitFirst(String conversation, List<Field> fields,
      Condition condition, boolean keepsStamps) {
    call();
    WriteReply reply = tryWriteFirst(conversation, fields, condition, keepsStamps);
    boolean isReplyLost = losesReplyOnce;
    losesReplyOnce = false;
    if (isReplyLost) {
      throw new UnavailableException("the reply was lost", Outcome.UNKNOWN, null);
    }
    return reply;
  }

  private WriteReply tryWriteFirst(String conversation, List<Field> fields, Condition condition,
      boolean keepsStamps) {
    Stamp newest = Fields.stampMax(time.millis() - clockBehind.toMillis(),
        erasedUpTo(conversation), held(conversation).values());
    if (!keepsStamps && fields.get(fields.size() - 1).stamp().isNewerThan(newest)) {
      return WriteReply.ahead(newest);
    }
    if (held(conversation).get(fields.get(0).key()) instanceof IdempotencyKey used
        && used.isLive(time.millis())) {
      return WriteReply.repeated(used);
    }
    boolean isKeyed = fields.get(0) instanceof IdempotencyKey;
    boolean existed = false;
    for (Field field : fields) {
      @Nullable Field present = held(conversation).get(field.key());
      if (field.equals(present) && isKeyed) {
        continue;
      }
      if (field.equals(present)) {
        return WriteReply.accepted(false);
      }
      if (!field.stamp().isNewerThan(erasedUpTo(conversation))) {
        return WriteReply.refused(erasedUpTo(conversation));
      }
      boolean isLiving = present != null && present.isLive(time.millis());
      Stamp held = present == null ? Stamp.NONE : present.stamp();
      Stamp living = isLiving ? held : Stamp.NONE;
      if (condition.isSome() && !living.equals(condition.stamp())) {
        return WriteReply.conditionFailed(living);
      }
      Stamp bound = field instanceof Item ? keepsStamps ? Stamp.NONE : lastItem(conversation)
          : held;
      if (!field.stamp().isNewerThan(bound)) {
        return WriteReply.refused(bound);
      }
      existed |= isLiving;
    }
    for (Field field : fields) {
      held(conversation).put(field.key(), field);
      notes.put(conversation + "\n" + field.key(), new Write(conversation, field));
    }
    return WriteReply.accepted(existed);
  }

  private Stamp lastItem(String conversation) {
    return held(conversation).values()
        .stream()
        .filter(field -> field instanceof Item)
        .map(Field::stamp)
        .max(Stamp::compareTo)
        .orElse(Stamp.NONE);
  }

  @Override
  public synchronized void quarantine(Write write, int node, String reason) {
    call();
    if (!write.stamp().isNewerThan(erasedUpTo(write.conversation()))) {
      return;
    }
    if (quarantine.contains(write)) {
      quarantineRows.replaceAll((id, row) -> isOf(row, write) ? row.because(reason) : row);
      return;
    }
    quarantine.add(write);
    @Nullable Value content = write.field().content();
    long id = ++lastQuarantineRow;
    quarantineRows.put(id, new Quarantined(id, write.conversation(), write.key(), write.stamp(),
        write.field().contentBytes(), content == null ? null : content.contentType(), node,
        reason, Instant.ofEpochMilli(time.millis())));
  }

  private static boolean isOf(Quarantined row, Write write) {
    return row.conversation().equals(write.conversation()) && row.key().equals(write.key())
        && row.stamp().equals(write.stamp());
  }

  @Override
  public synchronized List<Quarantined> quarantined(long after, int limit) {
    call();
    return quarantineRows.tailMap(after, false).values().stream().limit(limit).toList();
  }

  @Override
  public synchronized Map<Long, Write> quarantinedWrites(Collection<Long> ids) {
    call();
    Map<Long, Write> writes = new HashMap<>();
    quarantineRows.forEach((id, row) -> quarantine.stream()
        .filter(write -> ids.contains(id) && isOf(row, write))
        .forEach(write -> writes.put(id, write)));
    return writes;
  }

  @Override
  public synchronized List<Quarantined> dropQuarantined(Collection<Long> ids) {
    call();
    return dropQuarantined(row -> ids.contains(row.id()));
  }

  private List<Quarantined> dropQuarantined(Predicate<Quarantined> test) {
    List<Quarantined> dropped = quarantineRows.values().stream().filter(test).toList();
    quarantineRows.values().removeAll(dropped);
    quarantine.removeIf(write -> dropped.stream().anyMatch(row -> isOf(row, write)));
    return dropped;
  }

  @Override
  public synchronized void noteForL2(Collection<Write> committed) {
    beforeNotes.run();
    call();
    for (Write write : committed) {
      @Nullable Field held = held(write.conversation()).get(write.key());
      if (held != null) {
        notes.put(write.conversation() + "\n" + write.key(), new Write(write.conversation(), held));
      }
    }
  }

  @Override
  public List<Write> staleInL2(int limit) {
    beforeNotes.run();
    return notes(limit);
  }

  private synchronized List<Write> notes(int limit) {
    call();
    return notes.values().stream().limit(limit).toList();
  }

  @Override
  public synchronized void toldL2(Collection<Write> told) {
    call();
    told.forEach(write -> notes.remove(write.conversation() + "\n" + write.key(), write));
  }

  @Override
  public synchronized boolean erase(String conversation, Stamp stamp) {
    call();
    if (!nodes.addErasure(conversation, stamp)) {
      return false;
    }
    erased.merge(conversation, stamp, Stamp::newer);
    held(conversation).values().removeIf(field -> !field.stamp().isNewerThan(stamp));
    notes.values()
        .removeIf(
            note -> note.conversation().equals(conversation) && !note.stamp().isNewerThan(stamp));
    dropQuarantined(
        row -> row.conversation().equals(conversation) && !row.stamp().isNewerThan(stamp));
    return true;
  }

  @Override
  public List<Activity> activitiesBefore(Instant before, String after, int limit) {
    List<Activity> page = activities("", after, limit);
    return page.stream()
        .filter(activity -> activity.lastActivity().isBefore(before)
            || activity.equals(page.get(page.size() - 1)))
        .toList();
  }

  @Override
  public synchronized List<Activity> activities(String prefix, String after, int limit) {
    call();
    return conversations.entrySet()
        .stream()
        .filter(held -> !held.getValue().isEmpty() && held.getKey().startsWith(prefix)
            && held.getKey().compareTo(after) > 0)
        .limit(limit)
        .map(held -> new Activity(held.getKey(), held.getValue()
            .values()
            .stream()
            .map(field -> field.stamp().instant())
            .max(Instant::compareTo)
            .orElseThrow()))
        .toList();
  }

  @Override
  public synchronized void purge() {
    call();
    conversations.values()
        .forEach(fields -> fields.values()
            .removeIf(
                field -> field instanceof IdempotencyKey && !field.isLive(time.millis())));
    notes.values()
        .removeIf(note -> note.field() instanceof IdempotencyKey
            && !held(note.conversation()).containsKey(note.key()));
    conversations.values()
        .forEach(fields -> fields.replaceAll(
            (key, field) -> field.content() == null || field.isLive(time.millis()) ? field
                : Entry.tombstone(((Entry) field).name(), field.stamp())));
  }

  @Override
  public void probe() {
    call();
  }

  @Override
  public NodeRegistry nodes() {
    return nodes;
  }

  @Override
  public DictionaryStore dictionaries() {
    return dictionaries;
  }

  /** A node is killed: it says nothing any more. */
  public void kill(String identity) {
    nodes.kill(identity);
  }

  @Override
  public void close() {}
}
