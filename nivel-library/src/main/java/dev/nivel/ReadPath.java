package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.L3;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reading.
 *
 * <ol>
 * <li>L1 answers if it knows, were it only that there is nothing.
 * <li>Else L2, if it knows (Loader).
 * <li>Else L3, and what it holds is promoted to L2 and L1 (Loader).
 * </ol>
 *
 * While Redis is out, L1 and L2 are not asked. While Supabase is out, the answer is what is left,
 * said to be stale; a failure is never reported as a miss (I3). The methods {@code ...InMemory}
 * block on nothing and return null where a level below L1 must be asked.
 */
final class ReadPath {
  private static final int ITEMS_OF_ALL_MAX = 10_000;

  private final L1 l1;
  private final L3 l3;
  private final Outbox outbox;
  private final Loader loader;
  private final Health health;
  private final Meters meters;
  private final Time time;

  ReadPath(Levels levels, Loader loader, Context context) {
    l1 = levels.l1();
    l3 = levels.l3();
    outbox = levels.outbox();
    this.loader = loader;
    health = context.health();
    meters = context.meters();
    time = meters.time();
  }

  /** One entry. */
  Answer entry(String conversation, String name) {
    @Nullable Answer known = entryInMemory(conversation, name);
    return known != null ? known : meters.countErrors(() -> {
      Answer answer = loader.entry(conversation, name);
      meters.countRead(answer.entry().isPresent(), answer.level());
      return answer;
    });
  }

  @Nullable
  Answer entryInMemory(String conversation, String name) {
    if (!health.isRedisUsed()) {
      return null;
    }
    @Nullable Answer known = l1.entry(conversation, name);
    if (known == null) {
      return null;
    }
    meters.countRead(known.entry().isPresent(), Level.L1);
    return known.stale(health.mayBeStale());
  }

  /** The newest items. */
  ItemsPage last(String conversation, int count) {
    @Nullable ItemsPage known = lastInMemory(conversation, count);
    return known != null ? known
        : meters.countErrors(() -> counted(
            newest(log(conversation), conversation, count)));
  }

  @Nullable
  ItemsPage lastInMemory(String conversation, int count) {
    @Nullable Loaded log = logInMemory(conversation);
    boolean isEnough = log != null
        && (log.contents().items().size() >= count || !log.contents().itemsFrom().isSome());
    return log == null || !isEnough ? null : counted(newest(log, count));
  }

  private ItemsPage newest(Loaded log, String conversation, int count) {
    List<Item> items = log.contents().items();
    Stamp from = log.contents().itemsFrom();
    if (items.size() >= count || !from.isSome()) {
      return newest(log, count);
    }
    int missing = count - items.size();
    List<Item> older;
    try {
      older = new ArrayList<>(l3.itemsBefore(conversation, Optional.of(from), missing + 1));
    } catch (UnavailableException e) {
      return new ItemsPage(items, true, log.level(), true);
    }
    boolean hasMore = older.size() > missing;
    List<Item> page = new ArrayList<>(older.subList(hasMore ? 1 : 0, older.size()));
    page.addAll(items);
    return new ItemsPage(page, hasMore, Level.L3, log.isStale());
  }

  private static ItemsPage newest(Loaded log, int count) {
    List<Item> items = log.contents().items();
    boolean hasMore = items.size() > count || log.contents().itemsFrom().isSome();
    return new ItemsPage(items.subList(Math.max(0, items.size() - count), items.size()), hasMore,
        log.level(), log.isStale());
  }

  /** The oldest items after one. */
  ItemsPage after(String conversation, Stamp after, int limit) {
    @Nullable ItemsPage known = afterInMemory(conversation, after, limit);
    return known != null ? known : meters.countErrors(() -> {
      Loaded log = log(conversation);
      return counted(reachesBackTo(log, after) ? page(log, after, limit)
          : pageWithOlder(log, conversation, after, limit));
    });
  }

  @Nullable
  ItemsPage afterInMemory(String conversation, Stamp after, int limit) {
    @Nullable Loaded log = logInMemory(conversation);
    return log == null || !reachesBackTo(log, after) ? null : counted(page(log, after, limit));
  }

  private static boolean reachesBackTo(Loaded log, Stamp after) {
    return !log.contents().itemsFrom().isNewerThan(after);
  }

  private static ItemsPage page(Loaded log, Stamp after, int limit) {
    List<Item> newer = log.contents()
        .items()
        .stream()
        .filter(item -> item.stamp().isNewerThan(after))
        .limit(limit + 1L)
        .toList();
    boolean hasMore = newer.size() > limit;
    return new ItemsPage(hasMore ? newer.subList(0, limit) : newer, hasMore, log.level(),
        log.isStale());
  }

  private ItemsPage pageWithOlder(Loaded log, String conversation, Stamp after, int limit) {
    TreeMap<Stamp, Item> all = new TreeMap<>();
    l3.itemsAfter(conversation, after, limit + 1).forEach(item -> all.put(item.stamp(), item));
    for (Field field : outbox.of(conversation)) {
      if (field instanceof Item item) {
        all.put(item.stamp(), item);
      }
    }
    log.contents().items().forEach(item -> all.put(item.stamp(), item));
    Contents merged = new Contents(Map.of(), List.copyOf(all.values()), true, Stamp.NONE,
        Stamp.NONE);
    return page(new Loaded(merged, Level.L3, log.isStale()), after, limit);
  }

  /** A whole conversation. */
  ConversationContents all(String conversation) {
    @Nullable ConversationContents known = allInMemory(conversation);
    return known != null ? known : meters.countErrors(() -> {
      Loaded loaded = loader.conversation(conversation);
      return counted(contents(loaded, newest(loaded, conversation, ITEMS_OF_ALL_MAX)));
    });
  }

  @Nullable
  ConversationContents allInMemory(String conversation) {
    if (!health.isRedisUsed()) {
      return null;
    }
    Optional<Contents> known = l1.contents(conversation);
    if (known.isEmpty() || known.get().itemsFrom().isSome()) {
      return null;
    }
    Loaded loaded = new Loaded(known.get(), Level.L1, health.mayBeStale());
    return counted(contents(loaded, newest(loaded, ITEMS_OF_ALL_MAX)));
  }

  private ConversationContents contents(Loaded loaded, ItemsPage items) {
    long now = time.millis();
    Map<String, Entry> living = loaded.contents()
        .entries()
        .values()
        .stream()
        .filter(entry -> entry.isLive(now))
        .collect(Collectors.toMap(Entry::name, entry -> entry));
    return new ConversationContents(living, items.items(), items.hasMore(), items.level(),
        items.isStale());
  }

  private Loaded log(String conversation) {
    @Nullable Loaded known = logInMemory(conversation);
    return known != null ? known : loader.conversation(conversation);
  }

  private @Nullable Loaded logInMemory(String conversation) {
    if (!health.isRedisUsed()) {
      return null;
    }
    Optional<Contents> known = meters.sampleL1(() -> l1.items(conversation));
    return known.isEmpty() ? null : new Loaded(known.get(), Level.L1, health.mayBeStale());
  }

  private ItemsPage counted(ItemsPage page) {
    meters.countRead(!page.items().isEmpty(), page.level());
    return page;
  }

  private ConversationContents counted(ConversationContents contents) {
    meters.countRead(contents.isFound(), contents.level());
    return contents;
  }
}
