package dev.nivel.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a level holds of one conversation.
 *
 * @param entries by name, tombstones included
 * @param items in the order of the log
 * @param isComplete whether an entry that is not here is nowhere, and all items from {@code
 *     itemsFrom} on are here
 * @param itemsFrom with {@code isComplete}: the oldest item that is sure to be here; {@link
 *     Stamp#NONE} = all from the beginning
 * @param erased what is not newer than this was erased
 * @param keys what L3 holds of idempotency keys that have not expired, by key; empty above
 */
public record Contents(Map<String, Entry> entries, List<Item> items, boolean isComplete,
    Stamp itemsFrom, Stamp erased, Map<String, IdempotencyKey> keys) {
  /** Nothing is known. */
  public static final Contents UNKNOWN = new Contents(Map.of(), List.of(), false, Stamp.NONE,
      Stamp.NONE);

  /** It is known that there is nothing. */
  public static final Contents EMPTY = new Contents(Map.of(), List.of(), true, Stamp.NONE,
      Stamp.NONE);

  /** Contents without idempotency keys. */
  public Contents(Map<String, Entry> entries, List<Item> items, boolean isComplete,
      Stamp itemsFrom, Stamp erased) {
    this(entries, items, isComplete, itemsFrom, erased, Map.of());
  }

  /** Whether there is neither an entry nor an item. */
  public boolean isEmpty() {
    return entries.isEmpty() && items.isEmpty();
  }

  /**
   * This and what is newer in the fields. Only for fields of the same conversation; the marks stay,
   * so items before {@code itemsFrom} are left out.
   */
  public Contents with(Collection<? extends Field> fields) {
    if (fields.isEmpty()) {
      return this;
    }
    Map<String, Entry> newest = new HashMap<>(entries);
    Map<String, IdempotencyKey> newestKeys = new HashMap<>(keys);
    TreeMap<Stamp, Item> log = new TreeMap<>();
    items.forEach(item -> log.put(item.stamp(), item));
    for (Field field : fields) {
      if (!field.stamp().isNewerThan(erased)) {
        continue;
      }
      if (field instanceof Entry entry) {
        newest.merge(entry.name(), entry, Contents::newer);
      } else if (field instanceof IdempotencyKey key) {
        newestKeys.merge(key.key(), key, Contents::newer);
      } else if (field instanceof Item item && !itemsFrom.isNewerThan(item.stamp())) {
        log.put(item.stamp(), item);
      }
    }
    return new Contents(newest, new ArrayList<>(log.values()), isComplete, itemsFrom, erased,
        newestKeys);
  }

  private static <F extends Field> F newer(F held, F other) {
    return other.stamp().isNewerThan(held.stamp()) ? other : held;
  }

  /** All entries, items and idempotency keys. */
  public List<Field> fields() {
    List<Field> all = new ArrayList<>(entries.size() + items.size() + keys.size());
    all.addAll(entries.values());
    all.addAll(items);
    all.addAll(keys.values());
    return all;
  }

  /** The id of the newest item, {@link Stamp#NONE} if there is none. */
  public Stamp lastItem() {
    return items.isEmpty() ? Stamp.NONE : items.get(items.size() - 1).stamp();
  }

  /**
   * The newest items that a cache keeps, and from where on it then has them. An item larger than
   * the bound alone is kept if it is the newest.
   */
  public Contents trimmed(int itemsMax, long itemBytesMax) {
    int first = items.size();
    long bytes = 0;
    while (first > 0 && items.size() - first < itemsMax) {
      bytes += items.get(first - 1).contentBytes();
      if (bytes > itemBytesMax && first < items.size()) {
        break;
      }
      first--;
    }
    if (first == 0) {
      return this;
    }
    List<Item> newest = List.copyOf(items.subList(first, items.size()));
    return new Contents(entries, newest, isComplete, newest.get(0).stamp(), erased, keys);
  }
}
