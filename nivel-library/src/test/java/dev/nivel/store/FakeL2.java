package dev.nivel.store;

import dev.nivel.store.UnavailableException.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** L2 in a map, for tests of the engine. It can fail, lose replies and lose its data. */
public final class FakeL2 implements L2 {
  private final Time time;
  private final Map<String, Held> conversations = new HashMap<>();
  private final Map<String, String> tokens = new HashMap<>();
  private final FakePresence presence;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private int losses;
  /** How many calls came through. */
  public final AtomicInteger calls = new AtomicInteger();
  /** How many times it was asked what it holds and for rights to fill, in one. */
  public final AtomicInteger looks = new AtomicInteger();
  /** What was to be filled together. */
  public final List<Collection<Contents>> fillings = new CopyOnWriteArrayList<>();
  /** Whether every call fails without effect. */
  public volatile boolean isOut;
  /** Whether every write takes effect and then fails, as if its reply was lost. */
  public volatile boolean losesReplies;
  /** Whether the next call fails without effect. */
  public volatile boolean failOnce;
  /** Whether the next write takes effect and then fails. */
  public volatile boolean losesReplyOnce;
  /** By how much its clock is ahead of the nodes'. */
  public volatile long clockOffsetMillis;
  /** Up to when changes have been heard; without a pause if nobody sets it. */
  public volatile LongSupplier heardAtNanos;
  /** Whether the next write takes effect and then fails, as do all calls after it. */
  public volatile boolean diesAfterWrite;
  /** What is run before a call of {@link #conversation} or {@link #entry} returns. */
  public volatile Runnable beforeReply = () -> {};
  /** What is run before a call of {@link #settle}. */
  public volatile Runnable beforeSettle = () -> {};
  /** What is run before the answer to it. */
  public volatile Runnable beforeSettled = () -> {};

  /** What is run before the next write that took effect returns. */
  public volatile Runnable afterWriteOnce = () -> {};

  /** A fake with the given clock. */
  public FakeL2(Time time) {
    this.time = time;
    presence = new FakePresence(time);
    heardAtNanos = time::nanos;
  }

  /** The server's clock is so much behind the one that the fake was given. */
  public volatile Duration clockBehind = Duration.ZERO;
  private volatile long measuredOffsetMillis;

  private void measureClock() {
    measuredOffsetMillis = -clockBehind.toMillis();
  }

  private synchronized Held held(String conversation) {
    return conversations.computeIfAbsent(conversation, id -> new Held());
  }

  private void call() {
    calls.incrementAndGet();
    boolean isFailing = isOut || failOnce;
    failOnce = false;
    if (isFailing) {
      throw new UnavailableException("the fake L2 is out");
    }
  }

  @Override
  public synchronized void present(int node, Duration validity) {
    call();
    presence.say(node, validity);
  }

  @Override
  public synchronized boolean isPresent(int node) {
    call();
    return presence.isSaidBy(node);
  }

  /** The change channel breaks. */
  public void missChanges() {
    listeners.forEach(Listener::changesMissed);
  }

  /** Loses everything, as a server that restarts without persistence. */
  public synchronized void loseEverything() {
    conversations.clear();
    tokens.clear();
    presence.forget();
    losses++;
    listeners.forEach(Listener::generationStarted);
  }

  @Override
  public synchronized String generation() {
    return "life " + losses;
  }

  @Override
  public Lookup entry(String conversation, String name) {
    call();
    Lookup lookup = lookUp(conversation, name);
    beforeReply.run();
    return lookup;
  }

  @Override
  public Look look(Collection<String> ids) {
    looks.incrementAndGet();
    return L2.super.look(ids);
  }

  private synchronized Lookup lookUp(String conversation, String name) {
    Held held = held(conversation);
    @Nullable Field field = held.fields.get(Field.ENTRY_PREFIX + name);
    return field == null ? new Lookup(null, held.isComplete) : new Lookup((Entry) field, true);
  }

  @Override
  public Contents conversation(String conversation) {
    call();
    Contents contents = contents(conversation);
    beforeReply.run();
    return contents;
  }

  private synchronized Contents contents(String conversation) {
    Held held = held(conversation);
    Contents marks = new Contents(Map.of(), List.of(), held.isComplete, held.itemsFrom,
        held.erased);
    return marks.with(held.fields.values()
        .stream()
        .filter(field -> !(field instanceof IdempotencyKey))
        .toList());
  }

  @Override
  public WriteReply write(String conversation, List<Field> fields, Condition condition) {
    WriteReply reply = writeNow(conversation, fields, condition);
    Runnable after = afterWriteOnce;
    afterWriteOnce = () -> {};
    after.run();
    return reply;
  }

  private synchronized WriteReply writeNow(String conversation, List<Field> fields,
      Condition condition) {
    call();
    WriteReply reply = tryWrite(held(conversation), fields, condition);
    if (reply.outcome() == WriteReply.Outcome.AHEAD) {
      measureClock();
    }
    if (reply.outcome() == WriteReply.Outcome.ACCEPTED) {
      tokens.remove(conversation);
    }
    boolean isReplyLost = losesReplies || losesReplyOnce || diesAfterWrite;
    isOut |= diesAfterWrite;
    diesAfterWrite = false;
    losesReplyOnce = false;
    if (isReplyLost) {
      throw new UnavailableException("the reply was lost", Outcome.UNKNOWN, null);
    }
    return reply;
  }

  private WriteReply tryWrite(Held held, List<Field> fields, Condition condition) {
    if (fields.stream().allMatch(field -> field.equals(held.fields.get(field.key())))) {
      return WriteReply.accepted(false);
    }
    if (fields.get(0) instanceof IdempotencyKey key) {
      @Nullable Field first = held.fields.get(key.key());
      if (first == null && !held.isComplete) {
        return WriteReply.unknown();
      }
      if (first instanceof IdempotencyKey used && used.isLive(time.millis())) {
        return WriteReply.repeated(used);
      }
    }
    Stamp newest = Fields.stampMax(time.millis() - clockBehind.toMillis(), held.erased,
        held.fields.values());
    boolean existed = false;
    for (Field field : fields) {
      if (field.stamp().isNewerThan(newest)) {
        return WriteReply.ahead(newest);
      }
      @Nullable Field present = held.fields.get(field.key());
      if (!field.stamp().isNewerThan(held.erased)) {
        return WriteReply.refused(held.erased);
      }
      boolean isLiving = present != null && present.isLive(time.millis());
      if (condition.isSome()) {
        if (present == null && !held.isComplete) {
          return WriteReply.unknown();
        }
        Stamp living = isLiving ? held.stampOf(field.key()) : Stamp.NONE;
        if (!living.equals(condition.stamp())) {
          return WriteReply.conditionFailed(living);
        }
      }
      Stamp bound = field instanceof Item ? held.lastItem() : held.stampOf(field.key());
      if (!field.stamp().isNewerThan(bound)) {
        return WriteReply.refused(bound);
      }
      existed |= isLiving;
    }
    fields.forEach(field -> held.store(field, true, time.millis()));
    return WriteReply.accepted(existed);
  }

  @Override
  public synchronized Optional<String> beginFill(String conversation) {
    call();
    String token = UUID.randomUUID().toString();
    return tokens.putIfAbsent(conversation, token) == null ? Optional.of(token)
        : Optional.empty();
  }

  @Override
  public synchronized String takeFill(String conversation) {
    call();
    String token = UUID.randomUUID().toString();
    tokens.put(conversation, token);
    return token;
  }

  @Override
  public synchronized void endFill(String conversation, String token) {
    call();
    tokens.remove(conversation, token);
  }

  @Override
  public synchronized boolean fill(String conversation, Contents contents, String token) {
    call();
    if (!tokens.remove(conversation, token)) {
      return false;
    }
    held(conversation).fill(contents, time.millis());
    return true;
  }

  @Override
  public void fill(Map<String, Contents> contents, Map<String, String> tokens) {
    fillings.add(List.copyOf(contents.values()));
    L2.super.fill(contents, tokens);
  }

  @Override
  public synchronized Supplier<List<Write>> beginSettle(Collection<Write> committed) {
    beforeSettle.run();
    call();
    committed.forEach(write -> tokens.remove(write.conversation()));
    List<Write> behind = committed.stream()
        .filter(write -> !held(write.conversation()).settle(write.field()))
        .toList();
    return () -> {
      beforeSettled.run();
      return behind;
    };
  }

  @Override
  public synchronized void heal(Collection<Write> writes, boolean isUnsynced) {
    call();
    for (Write write : writes) {
      Held held = held(write.conversation());
      Stamp stamp = held.stampOf(write.key());
      tokens.remove(write.conversation());
      if (write.stamp().isNewerThan(stamp) && write.stamp().isNewerThan(held.erased)) {
        held.store(write.field(), isUnsynced, time.millis());
      } else if (write.stamp().equals(stamp) && !isUnsynced) {
        held.unsynced.remove(write.key());
      }
    }
  }

  @Override
  public synchronized void erase(String conversation, Stamp stamp) {
    call();
    Held held = held(conversation);
    held.fields.values().removeIf(field -> !field.stamp().isNewerThan(stamp));
    held.unsynced.keySet().retainAll(held.fields.keySet());
    held.erased = Stamp.newer(held.erased, stamp);
    held.isComplete = false;
    tokens.remove(conversation);
  }

  @Override
  public synchronized Map<String, List<Field>> unsynced(Duration minAge, int limit) {
    call();
    Map<String, List<Field>> all = new HashMap<>();
    long newest = time.millis() - minAge.toMillis();
    conversations.forEach((conversation, held) -> held.unsynced.forEach((key, since) -> {
      @Nullable Field field = held.fields.get(key);
      if (since <= newest && field != null) {
        all.computeIfAbsent(conversation, id -> new ArrayList<>()).add(field);
      }
    }));
    return all;
  }

  @Override
  public synchronized List<Field> unsynced(String conversation) {
    call();
    Held held = held(conversation);
    return held.fields.values()
        .stream()
        .filter(field -> held.unsynced.containsKey(field.key()))
        .toList();
  }

  @Override
  public void probe(boolean isAnew) {
    call();
    measureClock();
  }

  @Override
  public long heardAtNanos(String conversation) {
    return heardAtNanos();
  }

  @Override
  public long heardAtNanos() {
    return heardAtNanos.getAsLong();
  }

  @Override
  public long clockOffsetMillis() {
    return clockOffsetMillis + measuredOffsetMillis;
  }

  @Override
  public long usedMemoryBytes() {
    return 0;
  }

  @Override
  public void keepDictionariesIn(DictionaryStore store) {}

  @Override
  public void learn() {}

  @Override
  public CompressionCounts compression() {
    return new CompressionCounts(0, 0, 0, 0, 0, CompressionCounts.Learning.NONE);
  }

  @Override
  public long corruptCount() {
    return 0;
  }

  @Override
  public void listen(Listener hearing) {
    listeners.add(hearing);
    hearing.generationStarted(); // as the first connection of a node finds one that it did not know
  }

  /** Tells the listener of a change, as if another node had made it. */
  public void tellChange(String conversation, Field field) {
    tellChange(63, conversation, field);
  }

  /** Tells the listener of an erasure, as if another node had made it. */
  public void tellErasure(String conversation, Stamp stamp) {
    listeners.forEach(listener -> listener.erased(63, conversation, stamp));
  }

  /** Tells the listener of a change that a node made. */
  public void tellChange(int node, String conversation, Field field) {
    listeners.forEach(
        listener -> listener.changed(node, conversation, field.key(), field.stamp()));
  }

  @Override
  public void close() {}
}
