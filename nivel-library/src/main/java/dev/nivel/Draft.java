package dev.nivel;

import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A write that has no stamps yet: one entry, or items.
 *
 * @param conversation the id
 * @param name the entry's name; null = items
 * @param contents the values; null in it = a tombstone
 * @param options how it is to be written
 * @param key by what a repetition is known; null = by nothing
 * @param deadline until when the request that brought it must have its answer
 */
record Draft(String conversation, @Nullable String name, List<? extends @Nullable Value> contents,
    WriteOptions options, @Nullable AppendKey key, Deadline deadline) {
  static Draft put(String conversation, String name, Value value, WriteOptions options) {
    return new Draft(conversation, name, List.of(value), options, null, Deadline.NONE);
  }

  static Draft delete(String conversation, String name, WriteOptions options) {
    List<@Nullable Value> tombstone = new ArrayList<>();
    tombstone.add(null);
    return new Draft(conversation, name, tombstone, options, null, Deadline.NONE);
  }

  static Draft append(String conversation, List<Value> items, WriteOptions options) {
    String key = options.idempotencyKey();
    return new Draft(conversation, null, items, options,
        key == null ? null : AppendKey.of(key, items), Deadline.NONE);
  }

  /** The same, to be answered in time. */
  Draft within(Deadline until) {
    return new Draft(conversation, name, contents, options, key, until);
  }

  /** How many stamps it takes. */
  int count() {
    return contents.size();
  }

  Condition condition() {
    return options.condition();
  }

  /** Whether what the stores hold decides if it is written at all. */
  boolean mustBeJudged() {
    return condition().isSome() || key != null;
  }

  /** What it takes in the outbox, at most. */
  long bytes() {
    long bytes = key == null ? 0
        : OutboxRecord.bytes(conversation, IdempotencyKey.contentBytes(count()));
    for (Value value : contents) {
      bytes += OutboxRecord.bytes(conversation, value == null ? 0 : value.length());
    }
    return bytes;
  }

  /** The fields under these stamps, the key first. */
  List<Field> at(List<Stamp> stamps, long nowMillis) {
    List<Field> fields = new ArrayList<>(contents.size() + 1);
    if (key != null) {
      fields.add(key.at(stamps));
    }
    long expiry = options.ttl() == null ? 0 : nowMillis + options.ttl().toMillis();
    for (int i = 0; i < contents.size(); i++) {
      @Nullable Value value = contents.get(i);
      if (name != null) {
        fields.add(new Entry(name, stamps.get(i), value, value == null ? 0 : expiry));
      } else if (value != null) {
        fields.add(new Item(stamps.get(i), value));
      }
    }
    return fields;
  }
}
