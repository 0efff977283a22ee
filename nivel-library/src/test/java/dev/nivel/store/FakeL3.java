package dev.nivel.store;

import dev.nivel.store.Refusal.Reason;
import dev.nivel.store.UnavailableException.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private final FakeNodeRegistry nodes = new FakeNodeRegistry();
  /** What is kept apart. */
  public final List<Write> quarantine = new ArrayList<>();
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
  /** What is run before a call of {@link #conversations} or {@link #entry} returns. */
  public volatile Runnable beforeReply = () -> {};

  /** A fake with the given clock. */
  public FakeL3(Time time) {
    this.time = time;
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
    call();
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
    List<Item> all = items(conversation,
        item -> before.isEmpty() || before.get().isNewerThan(item.stamp()));
    return all.subList(Math.max(0, all.size() - limit), all.size());
  }

  @Override
  public List<Item> itemsAfter(String conversation, Stamp after, int limit) {
    List<Item> all = items(conversation, item -> item.stamp().isNewerThan(after));
    return all.subList(0, Math.min(limit, all.size()));
  }

  @Override
  public synchronized List<Refusal> write(Collection<Write> writes) {
    call();
    if (writes.stream().anyMatch(isPoison)) {
      throw new RejectedException(RejectedException.Reason.MALFORMED, "a poisonous row");
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
  public synchronized WriteReply writeFirst(String conversation, List<Field> fields,
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
    if (!quarantine.contains(write)) {
      quarantine.add(write);
    }
  }

  @Override
  public synchronized List<Write> staleInL2(int limit) {
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
    return true;
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
            .max(java.time.Instant::compareTo)
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
  public void close() {}

  /** The register in memory; nodes live until they leave. */
  private final class FakeNodeRegistry implements NodeRegistry {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Set<String> living = new HashSet<>();
    private final Map<Stamp, String> erasures = new TreeMap<>();
    private final Map<Stamp, Set<Integer>> confirmed = new HashMap<>();

    @Override
    public int claim(String identity) {
      call();
      living.add(identity);
      return numbers.computeIfAbsent(identity, id -> numbers.size());
    }

    private List<Integer> livingNumbers() {
      return living.stream().map(id -> numbers.getOrDefault(id, 0)).sorted().toList();
    }

    @Override
    public Roster heartbeat(int number, String identity, String mode) {
      call();
      boolean isOwner = Integer.valueOf(number).equals(numbers.get(identity));
      List<Erasure> open = erasures.entrySet()
          .stream()
          .filter(erasure -> !confirmedBy(erasure.getKey()).contains(number))
          .map(erasure -> new Erasure(erasure.getValue(), erasure.getKey()))
          .toList();
      return new Roster(isOwner, livingNumbers(), open);
    }

    private Set<Integer> confirmedBy(Stamp stamp) {
      return confirmed.computeIfAbsent(stamp, s -> new HashSet<>());
    }

    @Override
    public void leave(int number, String identity) {
      living.remove(identity);
    }

    boolean addErasure(String conversation, Stamp stamp) {
      return conversation.equals(erasures.computeIfAbsent(stamp, s -> conversation));
    }

    @Override
    public void confirmErase(Stamp stamp, int number) {
      call();
      confirmedBy(stamp).add(number);
    }

    @Override
    public Optional<ErasureState> erasure(Stamp stamp) {
      call();
      return Optional.ofNullable(erasures.get(stamp))
          .map(conversation -> new ErasureState(conversation, livingNumbers().stream()
              .filter(number -> !confirmedBy(stamp).contains(number))
              .toList()));
    }
  }
}
