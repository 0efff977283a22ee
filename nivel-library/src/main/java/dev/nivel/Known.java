package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Stamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What L1 knows of one conversation at one moment. Immutable: a change makes a new one, so that
 * readers need no lock and always see a consistent whole.
 */
final class Known {
  static final Known NOTHING = new Known(Map.of(), false, Contents.UNKNOWN);

  /** By the name of the entry. */
  private final Map<String, Slot> slots;
  /** Whether an entry that is not in slots is nowhere. */
  private final boolean areEntriesComplete;
  /** The newest items, in the order of the log. */
  private final List<Item> items;
  /** Whether all items from itemsFrom on are in items. */
  private final boolean areItemsKnown;
  /** {@link Stamp#NONE} = all items are there. */
  private final Stamp itemsFrom;

  private static final int CONVERSATION_BYTES = 256;
  private static final int SLOT_BYTES = 120;
  private static final int ITEM_BYTES = 64;

  /**
   * With the items of contents.
   *
   * @param log complete if all of its items, from itemsFrom on, are known
   */
  private Known(Map<String, Slot> slots, boolean areEntriesComplete, Contents log) {
    this.slots = slots;
    this.areEntriesComplete = areEntriesComplete;
    items = List.copyOf(log.items());
    areItemsKnown = log.isComplete();
    itemsFrom = log.itemsFrom();
  }

  /** With the items of another one. */
  private Known(Map<String, Slot> slots, boolean areEntriesComplete, Known log) {
    this.slots = slots;
    this.areEntriesComplete = areEntriesComplete;
    items = log.items;
    areItemsKnown = log.areItemsKnown;
    itemsFrom = log.itemsFrom;
  }

  /** All that a lower level holds, trimmed to what a cache keeps. */
  static Known of(Contents contents, ItemBounds bounds) {
    Contents kept = contents.trimmed(bounds.itemsMax(), bounds.itemBytesMax());
    return new Known(slots(kept.entries()), true, log(kept.items(), kept.itemsFrom()));
  }

  private static Map<String, Slot> slots(Map<String, Entry> entries) {
    if (entries.size() == 1) { // as most have, and as few objects as can be
      Entry only = entries.values().iterator().next();
      return Map.of(only.name(), Slot.of(only));
    }
    Map<String, Slot> slots = new HashMap<>();
    entries.forEach((name, entry) -> slots.put(name, Slot.of(entry)));
    return Map.copyOf(slots);
  }

  /** The same, but for entries of which this knows that a newer version exists. */
  Known replacedBy(Known loaded) {
    if (slots.isEmpty()) {
      return loaded;
    }
    Map<String, Slot> merged = new HashMap<>(loaded.slots);
    slots.forEach((name, slot) -> {
      @Nullable Slot other = merged.get(name);
      if (slot.isUnknown() && (other == null || !slot.yieldsTo(other.stamp()))) {
        merged.put(name, slot);
      }
    });
    return new Known(Map.copyOf(merged), loaded.areEntriesComplete, loaded);
  }

  /** The newest items, in the order of the log. */
  List<Item> items() {
    return items;
  }

  /** What is known of an entry; null if nothing, which may mean that it is nowhere. */
  @Nullable
  Slot slot(String name) {
    return slots.get(name);
  }

  /** An entry that is known to be there and never expires; null if it is none such. */
  @Nullable
  Entry lasting(String name) {
    @Nullable Slot slot = slots.get(name);
    return slot == null ? null : slot.lasting();
  }

  /** The answer for an entry, or null if a level below must be asked. */
  @Nullable
  Answer answer(String name, long tick, long nowMillis) {
    @Nullable Slot slot = slots.get(name);
    if (slot == null) {
      return areEntriesComplete ? Slot.ABSENT : null;
    }
    return slot.answer(tick, nowMillis);
  }

  /**
   * With what was written.
   *
   * @param areEntriesNews whether entries are the newest ones too of which nothing is known here
   */
  Known with(List<? extends Field> written, boolean areEntriesNews, ItemBounds bounds) {
    Known known = this;
    List<Item> added = new ArrayList<>();
    for (Field field : written) {
      if (field instanceof Entry entry && (areEntriesNews || knows(entry))) {
        known = known.with(entry.name(), Slot.of(entry));
      } else if (field instanceof Item item && areItemsKnown) {
        added.add(item);
      }
    }
    return added.isEmpty() ? known : known.with(added, bounds);
  }

  /** Whether anything is known of this field, were it only that it does not exist. */
  boolean knows(Field field) {
    return field instanceof Entry entry
        ? areEntriesComplete || slots.containsKey(entry.name())
        : areItemsKnown;
  }

  /** With an entry in place of an older one. */
  Known with(String name, Slot slot) {
    @Nullable Slot held = slots.get(name);
    if (held != null && !held.yieldsTo(slot.stamp()) && !isForgotten(held, slot)) {
      return this;
    }
    return new Known(slotsWith(name, slot), areEntriesComplete, this);
  }

  private Map<String, Slot> slotsWith(String name, Slot slot) {
    if (slots.isEmpty() || (slots.size() == 1 && slots.containsKey(name))) {
      return Map.of(name, slot);
    }
    Map<String, Slot> changed = new HashMap<>(slots);
    changed.put(name, slot);
    return Map.copyOf(changed);
  }

  private static boolean isForgotten(Slot held, Slot slot) {
    return held.stamp().equals(Stamp.NONE) && slot.stamp().equals(Stamp.NONE);
  }

  /** With an entry unknown since the version that was known. */
  Known doubting(String name) {
    @Nullable Slot held = slots.get(name);
    if (held == null && !areEntriesComplete) {
      return this;
    }
    Slot doubted = Slot.unknownSince(held == null ? Stamp.NONE : held.stamp());
    return new Known(slotsWith(name, doubted), areEntriesComplete, this);
  }

  /** With items added to the log, and the oldest gone if they become too many. */
  Known with(List<Item> added, ItemBounds bounds) {
    List<Item> log = new ArrayList<>(items);
    for (Item item : added) {
      int at = log.size();
      while (at > 0 && log.get(at - 1).stamp().isNewerThan(item.stamp())) {
        at--;
      }
      boolean isThere = at > 0 && log.get(at - 1).stamp().equals(item.stamp());
      if (!isThere && !itemsFrom.isNewerThan(item.stamp())) {
        log.add(at, item);
      }
    }
    return new Known(slots, areEntriesComplete,
        log(log, itemsFrom).trimmed(bounds.itemsMax(), bounds.itemBytesMax()));
  }

  /** The items, as contents without entries; empty if they are not known. */
  Optional<Contents> log() {
    return areItemsKnown ? Optional.of(log(items, itemsFrom)) : Optional.empty();
  }

  private static Contents log(List<Item> items, Stamp from) {
    return new Contents(Map.of(), items, true, from, Stamp.NONE);
  }

  /** Everything that is living; empty if anything is not known. */
  Optional<Contents> contents(long tick, long nowMillis) {
    if (!areItemsKnown || !areEntriesComplete) {
      return Optional.empty();
    }
    Map<String, Entry> entries = new HashMap<>();
    for (Map.Entry<String, Slot> slot : slots.entrySet()) {
      @Nullable Answer answer = slot.getValue().answer(tick, nowMillis);
      if (answer == null) {
        return Optional.empty();
      }
      answer.entry().ifPresent(entry -> entries.put(slot.getKey(), entry));
    }
    return Optional.of(new Contents(entries, items, true, itemsFrom, Stamp.NONE));
  }

  /** Without knowledge of the items. */
  Known withoutItems() {
    return new Known(slots, areEntriesComplete, Contents.UNKNOWN);
  }

  /** Roughly the memory that it takes. */
  long bytes() {
    long bytes = CONVERSATION_BYTES;
    for (Map.Entry<String, Slot> slot : slots.entrySet()) {
      bytes += SLOT_BYTES + 2L * slot.getKey().length() + slot.getValue().bytes();
    }
    for (Item item : items) {
      bytes += ITEM_BYTES + item.contentBytes();
    }
    return bytes;
  }
}
