package dev.nivel.store;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Short ways to make fields in tests. */
public final class Fields {
  /** A moment in 2026, from which stamps in tests count. */
  public static final long NOW_MILLIS = 1_795_000_000_000L;

  /** A moment that no test sees. */
  private static final long NEVER_IN_TESTS_MILLIS = 4_102_444_800_000L;

  private Fields() {}

  /** The stamp so many milliseconds after a moment in 2026, of node 1. */
  public static Stamp stamp(int millis) {
    return Stamp.at(NOW_MILLIS + millis, 1);
  }

  /** The newest stamp that a store takes at a time, with an erasure and fields that it holds. */
  static Stamp stampMax(long nowMillis, Stamp erased, Collection<Field> held) {
    long storedMillis = held.stream()
        .map(Field::stamp)
        .reduce(erased, Stamp::newer)
        .millis();
    return Stamp.at(Math.max(nowMillis + Stamp.AHEAD_MAX.toMillis(), storedMillis + 1_000), 63);
  }

  /** An entry with a text. */
  public static Entry entry(String name, int millis, String text) {
    return Entry.of(name, stamp(millis), Value.of(text, Codec.TEXT));
  }

  /** A tombstone. */
  public static Entry tombstone(String name, int millis) {
    return Entry.tombstone(name, stamp(millis));
  }

  /** An item with a text. */
  public static Item item(int millis, String text) {
    return new Item(stamp(millis), Value.of(text, Codec.TEXT));
  }

  /** An idempotency key of items, which has not expired; told apart by a digit. */
  public static IdempotencyKey key(int digit, Item... items) {
    return key(digit, NEVER_IN_TESTS_MILLIS, items);
  }

  /** An idempotency key of items. */
  public static IdempotencyKey key(int digit, long expiresAtMillis, Item... items) {
    List<Stamp> ids = Arrays.stream(items).map(Item::stamp).toList();
    return new IdempotencyKey(Integer.toString(digit).repeat(64), ids.get(ids.size() - 1),
        "0123456789abcdef".repeat(4), ids, expiresAtMillis);
  }

  /** Fields as writes to one conversation. */
  public static List<Write> writes(String conversation, Field... fields) {
    return Arrays.stream(fields).map(field -> new Write(conversation, field)).toList();
  }

  /** The texts of items. */
  public static List<String> texts(List<Item> items) {
    return items.stream().map(item -> item.value().text()).toList();
  }
}
