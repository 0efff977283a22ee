package dev.nivel.store;

import org.jspecify.annotations.Nullable;

/**
 * One version of one part of a conversation: the unit that is written, kept unsynced and settled.
 * An {@link Entry} has many versions over time, an {@link Item} only one; an {@link IdempotencyKey}
 * is the trace of an append.
 */
public sealed interface Field permits Entry, Item, IdempotencyKey {
  /** What the key of an entry begins with. */
  String ENTRY_PREFIX = "e:";

  /** What the key of an item begins with. */
  String ITEM_PREFIX = "i:";

  /** What the key of an idempotency key begins with. */
  String KEY_PREFIX = "k:";

  /**
   * Its key within the conversation, the same at every level: {@code e:<name>}, {@code i:<stamp>},
   * {@code k:<hash>}.
   */
  String key();

  /** The version. */
  Stamp stamp();

  /** The content; null in a tombstone. */
  @Nullable
  Value content();

  /** When it turns into a tombstone, milliseconds since 1970; 0 = never. */
  long expiresAtMillis();

  /** The field that a key and what was stored under it mean. */
  static Field of(String key, Stamp stamp, @Nullable Value content, long expiresAtMillis) {
    if (key.startsWith(ENTRY_PREFIX)) {
      return new Entry(key.substring(ENTRY_PREFIX.length()), stamp, content, expiresAtMillis);
    }
    if (key.startsWith(ITEM_PREFIX) && content != null) {
      return new Item(stamp, content);
    }
    if (key.startsWith(KEY_PREFIX) && content != null) {
      return IdempotencyKey.of(key.substring(KEY_PREFIX.length()), stamp, content,
          expiresAtMillis);
    }
    throw new CorruptException("no field has the key and content of " + key.charAt(0) + ":");
  }

  /** Whether it holds a value that has not expired. */
  default boolean isLive(long nowMillis) {
    return content() != null && (expiresAtMillis() == 0 || expiresAtMillis() > nowMillis);
  }

  /** The bytes of its content; 0 in a tombstone. */
  default int contentBytes() {
    Value content = content();
    return content == null ? 0 : content.length();
  }
}
