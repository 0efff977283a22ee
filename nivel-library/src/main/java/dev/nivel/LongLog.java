package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.L2;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
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
 * Callers who want the same at the same time share one reading, as in {@link Loader}.
 */
final class LongLog {
  private final L1 l1;
  private final L2 l2;
  private final GuardedL3 l3;
  private final Outbox outbox;
  private final Health health;
  private final SingleFlight<Wanted, ItemsPage> readings;

  /**
   * @param patience how long a caller waits for another one's reading
   */
  LongLog(Levels levels, Health health, Duration patience) {
    l1 = levels.l1();
    l2 = levels.l2();
    l3 = levels.l3();
    outbox = levels.outbox();
    this.health = health;
    readings = new SingleFlight<>(patience);
  }

  /**
   * What a reading is for.
   *
   * @param after exclusive; empty = the newest ones are wanted
   * @param ticket differs after a write from what it was before
   */
  record Wanted(String conversation, Optional<Stamp> after, int count, long ticket) {}

  /** So many of the newest items. */
  Wanted newest(String conversation, int count) {
    return new Wanted(conversation, Optional.empty(), count, l1.ticket(conversation));
  }

  /** So many of the oldest items after one. */
  Wanted after(String conversation, Stamp after, int limit) {
    return new Wanted(conversation, Optional.of(after), limit, l1.ticket(conversation));
  }

  /**
   * Reads what is wanted.
   *
   * @param kept what the caches keep
   */
  ItemsPage read(Wanted wanted, Loaded kept, Deadline deadline) {
    return readings.share(wanted, deadline,
        () -> wanted.after()
            .map(after -> readAfter(wanted, after, gather(kept, wanted), deadline))
            .orElseGet(() -> readNewest(wanted, kept, deadline)));
  }

  private ItemsPage readNewest(Wanted wanted, Loaded kept, Deadline deadline) {
    Gathered gathered = gather(kept, wanted);
    try {
      gathered.add(l3.within(deadline)
          .itemsBefore(wanted.conversation(), Optional.empty(), wanted.count() + 1));
    } catch (UnavailableException e) {
      List<Item> items = kept.contents().items();
      return new ItemsPage(items, true, kept.level(), true);
    }
    return gathered.loaded().newest(wanted.count());
  }

  private ItemsPage readAfter(Wanted wanted, Stamp after, Gathered gathered, Deadline deadline) {
    gathered.add(l3.within(deadline)
        .itemsAfter(wanted.conversation(), after, wanted.count() + 1));
    return gathered.loaded().after(after, wanted.count());
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

  private Gathered gather(Loaded kept, Wanted wanted) {
    String conversation = wanted.conversation();
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
