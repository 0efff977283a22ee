package dev.nivel.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a fake L2 holds of a conversation. */
final class Held {
  final Map<String, Field> fields = new TreeMap<>();
  final Map<String, Long> unsynced = new LinkedHashMap<>();
  boolean isComplete;
  Stamp itemsFrom = Stamp.NONE;
  Stamp erased = Stamp.NONE;

  Stamp stampOf(String key) {
    @Nullable Field field = fields.get(key);
    return field == null ? Stamp.NONE : field.stamp();
  }

  Stamp lastItem() {
    return fields.values()
        .stream()
        .filter(field -> field instanceof Item)
        .map(Field::stamp)
        .max(Stamp::compareTo)
        .orElse(Stamp.NONE);
  }

  void store(Field field, boolean isUnsynced, long nowMillis) {
    fields.put(field.key(), field);
    if (isUnsynced) {
      unsynced.putIfAbsent(field.key(), nowMillis);
    } else {
      unsynced.remove(field.key());
    }
  }

  /** Learns that L3 has a version; whether none older is held than that. */
  boolean settle(Field committed) {
    Stamp stamp = stampOf(committed.key());
    boolean isLacking = stamp.isSome() ? committed.stamp().isNewerThan(stamp) : isComplete;
    if (!isLacking && stamp.equals(committed.stamp())) {
      unsynced.remove(committed.key());
    }
    return !isLacking;
  }

  /** Takes in what L3 holds. */
  void fill(Contents contents, long nowMillis) {
    for (Field field : contents.fields()) {
      if (field.stamp().isNewerThan(stampOf(field.key()))
          && field.stamp().isNewerThan(erased)) {
        store(field, false, nowMillis);
      }
    }
    if (contents.isComplete()) {
      isComplete = true;
      itemsFrom = contents.itemsFrom();
    }
  }
}
