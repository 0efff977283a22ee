package dev.nivel;

import dev.nivel.store.Codec;
import dev.nivel.store.Entry;
import dev.nivel.store.RejectedException;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Value;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One conversation: named entries that change, and a log of items that only grows.
 *
 * <p>All methods block, for as long as the levels below need, each at most for its deadline; they
 * suit virtual threads. All throw {@link UnavailableException} when neither Redis nor Supabase can
 * do what is asked: try again later; and {@link RejectedException} when the request itself can't be
 * met, which includes an id that is none. A handle costs nothing, may be kept, and is safe for use
 * by several threads.
 *
 * <p>A handle that {@link Nivel#conversation} makes when memory has the conversation reads there
 * without asking a clock: what makes memory not to be believed it notices some 10 ms late, after a
 * pause of the process as well, however long that was. Nobody in the paused process can tell. Who
 * answers others, as a server does, takes {@link Nivel#conversationForRemote}.
 */
public final class Conversation {
  /** Not checked before it is used below L1: one that is there is right. */
  private final String id;
  /** It, if L1 had it when this handle was made, and may answer without a clock. */
  private final @Nullable Resident resident;
  private final HitPath hits;
  private final Engine engine;

  /**
   * With what a hit needs given apart: there is no time to go to the engine for it.
   *
   * @param resident what L1 has of it; null if nothing, or if the real clock is to be asked
   */
  Conversation(String id, @Nullable Resident resident, HitPath hits, Engine engine) {
    this.id = id;
    this.resident = resident;
    this.hits = hits;
    this.engine = engine;
  }

  /** Its id. */
  public String id() {
    return id;
  }

  /** An entry; empty if there is none. */
  public Optional<Entry> get(String name) {
    @Nullable Entry hit = hit(name);
    return Optional.ofNullable(hit != null ? hit : readBelow(name).entryOrNull());
  }

  /** The object in an entry; empty if there is none. */
  public <T> Optional<T> get(String name, Codec<T> codec) {
    return get(name).map(entry -> entry.value().as(codec));
  }

  /** An entry, with the level that answered. */
  public Answer read(String name) {
    @Nullable Entry hit = hit(name);
    return hit != null ? new Answer(hit, Level.L1, false) : readBelow(name);
  }

  private @Nullable Entry hit(String name) {
    return resident == null ? null : hits.find(resident, name);
  }

  private Answer readBelow(String name) {
    return engine.reads().entry(checkedId(), engine.limits().name(name));
  }

  private String checkedId() {
    return engine.limits().id(id);
  }

  /**
   * An entry, if memory alone can tell; blocks on nothing. Empty if {@link #read} must ask below.
   */
  public Optional<Answer> peek(String name) {
    return Optional
        .ofNullable(engine.reads().entryInMemory(checkedId(), engine.limits().name(name)));
  }

  /** Sets an entry. */
  public Receipt put(String name, Value value) {
    return put(name, value, WriteOptions.DEFAULT);
  }

  /** Sets an entry to an object. */
  public <T> Receipt put(String name, T object, Codec<T> codec) {
    return put(name, Value.of(object, codec), WriteOptions.DEFAULT);
  }

  /**
   * Sets an entry.
   *
   * @throws RejectedException with {@code CONDITION} if it is not what the options expect, with
   *     {@code TOO_LARGE} if the value is longer than configured
   */
  public Receipt put(String name, Value value, WriteOptions options) {
    return engine.writes()
        .write(Draft.put(checkedId(), engine.limits().name(name), engine.limits().value(value),
            options));
  }

  /** Sets an entry to an object; see {@link #put(String, Value, WriteOptions)}. */
  public <T> Receipt put(String name, T object, Codec<T> codec, WriteOptions options) {
    return put(name, Value.of(object, codec), options);
  }

  /** Removes an entry. Nothing happens if there is none. */
  public Receipt delete(String name) {
    return delete(name, WriteOptions.DEFAULT);
  }

  /**
   * Removes an entry.
   *
   * @throws RejectedException with {@code CONDITION} if it is not what the options expect
   */
  public Receipt delete(String name, WriteOptions options) {
    return engine.writes().write(Draft.delete(checkedId(), engine.limits().name(name), options));
  }

  /** Appends an item. */
  public Receipt append(Value item) {
    return append(List.of(item));
  }

  /** Appends an object as an item. */
  public <T> Receipt append(T item, Codec<T> codec) {
    return append(List.of(Value.of(item, codec)));
  }

  /** Appends items in their order, all or none. */
  public Receipt append(List<Value> items) {
    return append(items, WriteOptions.DEFAULT);
  }

  /**
   * Appends items in their order, all or none.
   *
   * @param items 1 to 1,000
   * @param options only {@link WriteOptions#durable()} and {@link WriteOptions#idempotent} have a
   *     meaning here
   * @throws RejectedException with {@code KEY_REUSED} if the idempotency key was used with other
   *     items
   */
  public Receipt append(List<Value> items, WriteOptions options) {
    return engine.writes().write(Draft.append(checkedId(), engine.limits().items(items), options));
  }

  /** The newest items, at most so many, in the order of the log. */
  public ItemsPage last(int count) {
    int wanted = engine.limits().count(count);
    @Nullable ItemsPage hit = resident == null ? null
        : engine.reads().lastInMemory(resident, wanted);
    return hit != null ? hit : engine.reads().last(checkedId(), wanted);
  }

  /** The oldest items after one, at most so many, in the order of the log. */
  public ItemsPage after(Stamp item, int limit) {
    int wanted = engine.limits().count(limit);
    @Nullable ItemsPage hit = resident == null ? null
        : engine.reads().afterInMemory(resident, item, wanted);
    return hit != null ? hit : engine.reads().after(checkedId(), item, wanted);
  }

  /** The newest items, if memory alone can tell; blocks on nothing. */
  public Optional<ItemsPage> peekLast(int count) {
    return Optional
        .ofNullable(engine.reads().lastInMemory(checkedId(), engine.limits().count(count)));
  }

  /** The oldest items after one, if memory alone can tell; blocks on nothing. */
  public Optional<ItemsPage> peekAfter(Stamp item, int limit) {
    return Optional
        .ofNullable(engine.reads().afterInMemory(checkedId(), item, engine.limits().count(limit)));
  }

  /** All entries and items, if memory alone can tell; blocks on nothing. */
  public Optional<ConversationContents> peekAll() {
    return Optional.ofNullable(engine.reads().allInMemory(checkedId()));
  }

  /** All entries and items; of a very long conversation the newest 10,000 items. */
  public ConversationContents all() {
    return engine.reads().all(checkedId());
  }

  /**
   * Erases the conversation at every level of every node, for good. Waits a moment for the others.
   */
  public EraseReceipt erase() {
    return engine.erasure().erase(checkedId());
  }
}
