package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import java.util.List;

/**
 * What was found of a conversation.
 *
 * @param contents complete, unless it is what was left while L3 was out
 * @param level the level that answered
 * @param isStale whether newer versions may exist that were acknowledged over three seconds ago
 */
record Loaded(Contents contents, Level level, boolean isStale) {
  /** Whether so many of the newest items are here, or all that there are. */
  boolean hasNewest(int count) {
    return contents.items().size() >= count || !contents.itemsFrom().isSome();
  }

  /** The newest items of those that are here. */
  ItemsPage newest(int count) {
    List<Item> items = contents.items();
    boolean hasMore = items.size() > count || contents.itemsFrom().isSome();
    return new ItemsPage(items.subList(Math.max(0, items.size() - count), items.size()), hasMore,
        level, isStale);
  }

  /** Whether all items after this one are here. */
  boolean reachesBackTo(Stamp after) {
    return !contents.itemsFrom().isNewerThan(after);
  }

  /** The oldest items after one, of those that are here. */
  ItemsPage after(Stamp after, int limit) {
    List<Item> newer = contents.items()
        .stream()
        .filter(item -> item.stamp().isNewerThan(after))
        .limit(limit + 1L)
        .toList();
    boolean hasMore = newer.size() > limit;
    return new ItemsPage(hasMore ? newer.subList(0, limit) : newer, hasMore, level, isStale);
  }
}
