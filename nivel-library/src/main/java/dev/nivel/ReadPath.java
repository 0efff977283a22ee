package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reading.
 *
 * <ol>
 * <li>L1 answers if it knows, were it only that there is nothing, and if it has heard of what
 * others write (L1Lease).
 * <li>Else L2, if it knows (Loader).
 * <li>Else L3, and what it holds is promoted to L2 and L1 (Loader).
 * <li>Items further back than the caches keep them are gathered from L2, outbox and L3 (LongLog).
 * </ol>
 *
 * While Redis is out, L1 and L2 are not asked. While Supabase is out, the answer is what is left,
 * said to be stale; a failure is never reported as a miss (I3). All steps
 * together have a deadline, after which no further one begins (Deadline). The methods
 * {@code ...InMemory} block on nothing and return null where a level below L1 must be asked.
 */
final class ReadPath {
  private static final int ITEMS_OF_ALL_MAX = 10_000;

  private final L1 l1;
  private final L1Lease lease;
  private final Loader loader;
  private final LongLog longLog;
  private final Health health;
  private final Context context;
  private final Meters meters;
  private final Time time;

  ReadPath(Levels levels, Loader loader, Context context) {
    l1 = levels.l1();
    lease = levels.lease();
    this.loader = loader;
    health = context.health();
    longLog = new LongLog(levels, health, context.requestTime());
    this.context = context;
    meters = context.meters();
    time = meters.time();
  }

  /** One entry. */
  Answer entry(String conversation, String name) {
    @Nullable Answer known = entryInMemory(conversation, name);
    return known != null ? known : meters.countErrors(() -> {
      Answer answer = loader.entry(conversation, name, context.deadline());
      meters.countRead(answer.entry().isPresent(), answer.level());
      return answer;
    });
  }

  @Nullable
  Answer entryInMemory(String conversation, String name) {
    if (!lease.isHeld(conversation)) {
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
        : meters.countErrors(() -> {
          Deadline deadline = context.deadline();
          Loaded log = loader.conversation(conversation, deadline);
          return counted(newest(log, longLog.newest(conversation, count), deadline));
        });
  }

  @Nullable
  ItemsPage lastInMemory(String conversation, int count) {
    return newestOf(logInMemory(conversation), count);
  }

  /** The newest items, if this conversation that L1 had when it was looked up can tell. */
  @Nullable
  ItemsPage lastInMemory(Resident resident, int count) {
    return newestOf(freshLog(resident), count);
  }

  private @Nullable ItemsPage newestOf(@Nullable Loaded log, int count) {
    return log == null || !log.hasNewest(count) ? null : counted(log.newest(count));
  }

  private ItemsPage newest(Loaded log, LongLog.Wanted wanted, Deadline deadline) {
    return log.hasNewest(wanted.count()) ? log.newest(wanted.count())
        : longLog.read(wanted, log, deadline);
  }

  /** The oldest items after one. */
  ItemsPage after(String conversation, Stamp after, int limit) {
    @Nullable ItemsPage known = afterInMemory(conversation, after, limit);
    return known != null ? known : meters.countErrors(() -> {
      Deadline deadline = context.deadline();
      Loaded log = loader.conversation(conversation, deadline);
      return counted(log.reachesBackTo(after) ? log.after(after, limit)
          : longLog.read(longLog.after(conversation, after, limit), log, deadline));
    });
  }

  @Nullable
  ItemsPage afterInMemory(String conversation, Stamp after, int limit) {
    return newerOf(logInMemory(conversation), after, limit);
  }

  /** The oldest items after one, if this conversation can tell. */
  @Nullable
  ItemsPage afterInMemory(Resident resident, Stamp after, int limit) {
    return newerOf(freshLog(resident), after, limit);
  }

  private @Nullable ItemsPage newerOf(@Nullable Loaded log, Stamp after, int limit) {
    return log == null || !log.reachesBackTo(after) ? null : counted(log.after(after, limit));
  }

  /** A whole conversation. */
  ConversationContents all(String conversation) {
    @Nullable ConversationContents known = allInMemory(conversation);
    return known != null ? known : meters.countErrors(() -> {
      Deadline deadline = context.deadline();
      Loaded loaded = loader.conversation(conversation, deadline);
      return counted(contents(loaded,
          newest(loaded, longLog.newest(conversation, ITEMS_OF_ALL_MAX), deadline)));
    });
  }

  @Nullable
  ConversationContents allInMemory(String conversation) {
    if (!lease.isHeld(conversation)) {
      return null;
    }
    Optional<Contents> known = l1.contents(conversation);
    if (known.isEmpty() || known.get().itemsFrom().isSome()) {
      return null;
    }
    Loaded loaded = new Loaded(known.get(), Level.L1, health.mayBeStale());
    return counted(contents(loaded, loaded.newest(ITEMS_OF_ALL_MAX)));
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

  private @Nullable Loaded logInMemory(String conversation) {
    if (!lease.isHeld(conversation)) {
      return null;
    }
    Optional<Contents> known = meters.sampleL1(() -> l1.items(conversation));
    return known.isEmpty() ? null : new Loaded(known.get(), Level.L1, health.mayBeStale());
  }

  /**
   * What a conversation that L1 had says of its items, if the housekeeper found at its last tick
   * that L1 may answer, as for a hit ({@link HitPath}); else null.
   */
  private @Nullable Loaded freshLog(Resident resident) {
    if (!lease.isFresh()) {
      return null;
    }
    @Nullable Known known = resident.use(l1.clock().tick(), 0);
    return known == null ? null
        : known.log().map(log -> new Loaded(log, Level.L1, false)).orElse(null);
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
