package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.L2;
import dev.nivel.store.L3;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads items of a log further back than the caches keep them.
 *
 * <ol>
 * <li>L2 and the outbox are asked for what is not synced, which neither ever trims.
 * <li>L3 is asked for the rest. What is synced between the two questions is found by the second.
 * <li>All of it is put in order.
 * </ol>
 *
 * While Redis is out, the outbox stands for it. If L2 does not answer, other nodes' writes may be
 * missing, and the page says that it is stale. If L3 does not answer, there may be gaps: then the
 * newest items are those that the caches keep, said to be stale, and a page after an id fails (I3).
 */
final class LongLog {
  private final L2 l2;
  private final L3 l3;
  private final Outbox outbox;
  private final Health health;

  LongLog(Levels levels, Health health) {
    l2 = levels.l2();
    l3 = levels.l3();
    outbox = levels.outbox();
    this.health = health;
  }

  /**
   * The newest items.
   *
   * @param kept what the caches keep
   */
  ItemsPage newest(Loaded kept, String conversation, int count) {
    Gathered gathered = gather(kept, conversation);
    try {
      gathered.add(l3.itemsBefore(conversation, Optional.empty(), count + 1));
    } catch (UnavailableException e) {
      List<Item> items = kept.contents().items();
      return new ItemsPage(items, true, kept.level(), true);
    }
    return gathered.loaded().newest(count);
  }

  /**
   * The oldest items after one.
   *
   * @param kept what the caches keep
   */
  ItemsPage after(Loaded kept, String conversation, Stamp after, int limit) {
    Gathered gathered = gather(kept, conversation);
    gathered.add(l3.itemsAfter(conversation, after, limit + 1));
    return gathered.loaded().after(after, limit);
  }

  /** Items from all sources, each once. */
  private record Gathered(TreeMap<Stamp, Item> items, boolean isStale) {
    void add(List<? extends Field> fields) {
      for (Field field : fields) {
        if (field instanceof Item item) {
          items.put(item.stamp(), item);
        }
      }
    }

    Loaded loaded() {
      Contents all = new Contents(Map.of(), List.copyOf(items.values()), true, Stamp.NONE,
          Stamp.NONE);
      return new Loaded(all, Level.L3, isStale);
    }
  }

  private Gathered gather(Loaded kept, String conversation) {
    Optional<List<Field>> inL2 = unsyncedInL2(conversation);
    boolean isStale = kept.isStale() || health.mayBeStale(inL2.isPresent());
    Gathered gathered = new Gathered(new TreeMap<>(), isStale);
    gathered.add(kept.contents().items());
    gathered.add(inL2.orElse(List.of()));
    gathered.add(outbox.of(conversation));
    return gathered;
  }

  private Optional<List<Field>> unsyncedInL2(String conversation) {
    try {
      return health.isRedisUsed() ? Optional.of(l2.unsynced(conversation)) : Optional.empty();
    } catch (UnavailableException e) {
      return Optional.empty();
    }
  }
}
