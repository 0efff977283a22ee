package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.L2;
import dev.nivel.store.L3;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Preloading, for a call that is about to begin.
 *
 * <ol>
 * <li>What L1 has whole is there already.
 * <li>What Redis has whole goes to L1.
 * <li>All others are read from L3 in one statement, and go to Redis and L1. The rights to fill
 * Redis are asked for before: together with what it has where the last portion was mostly in L3
 * alone, else only for what it has not.
 * </ol>
 *
 * <p>This is done in portions, whose size depends on how long the last conversations were: each
 * takes a few round trips however many there are. Several are on their way at a time, so that
 * one waits for Redis while another one is in L3. To Redis they go some megabyte at a time, since
 * a call that takes too long counts as a failure of Redis.
 *
 * <p>A preload never evicts a conversation that was used within the last minute; then it reaches
 * Redis only, and its report says so. While Redis is out, L3 alone is asked. If Redis does not
 * answer, what L3 says does not go to L1, for Redis may hold something newer.
 */
final class PreloadPath {
  private static final Loaded NOTHING = new Loaded(Contents.UNKNOWN, Level.L3, false);
  /** L2 did not answer, so that what L3 says must not be believed for long. */
  private static final Loaded UNHEARD = new Loaded(Contents.UNKNOWN, Level.L3, true);

  private final L1 l1;
  private final L2 l2;
  private final L3 l3;
  private final L1Lease lease;
  private final Outbox outbox;
  private final Filler filler;
  private final Health health;
  private final Context context;
  private final Time time;
  private final Executor helpers;
  /** How many to begin with: what the last preload of many has learned. Any thread's may win. */
  private volatile int portionFirst = PortionSize.FIRST;
  /** What the last portion has shown: then rights to fill are asked for with the look in L2. */
  private volatile boolean areMostOnlyInL3;

  /**
   * A path.
   *
   * @param helpers do all but one of the portions that are on their way
   */
  PreloadPath(Levels levels, Context context, Executor helpers) {
    l1 = levels.l1();
    l2 = levels.l2();
    l3 = levels.l3();
    lease = levels.lease();
    outbox = levels.outbox();
    health = context.health();
    this.context = context;
    filler = new Filler(l2, health);
    time = context.meters().time();
    this.helpers = helpers;
  }

  /** What came of some conversations; what was loaded is what L1 had not. */
  private record Portion(List<PreloadReport> reports, List<Contents> loaded) {
    Portion plus(Portion other) {
      return new Portion(concatenated(reports, other.reports), concatenated(loaded, other.loaded));
    }

    private static <T> List<T> concatenated(List<T> first, List<T> second) {
      List<T> all = new ArrayList<>(first);
      all.addAll(second);
      return all;
    }
  }

  /** Preloads conversations; the reports are in the order of the ids, each once. */
  List<PreloadReport> preload(Collection<String> conversations) {
    List<String> ids = List.copyOf(new LinkedHashSet<>(conversations));
    List<PreloadReport> reports = new ArrayList<>(ids.size());
    Deadline deadline = context.deadline();
    PortionSize size = new PortionSize(portionFirst);
    while (reports.size() < ids.size()) {
      deadline.check();
      Portion done = preloadTogether(
          size.firstOf(ids.subList(reports.size(), ids.size())));
      reports.addAll(done.reports());
      size.adapt(done.loaded());
    }
    if (ids.size() >= PortionSize.FIRST) { // a few say nothing of others
      portionFirst = size.next();
    }
    return reports;
  }

  /** All but the last one are for the helpers. */
  private Portion preloadTogether(List<List<String>> portions) {
    List<String> first = portions.get(0);
    if (portions.size() == 1) {
      return preloadPortion(first);
    }
    try (Subtask<Portion> meanwhile = Subtask.fork(() -> preloadPortion(first), helpers)) {
      Portion others = preloadTogether(portions.subList(1, portions.size()));
      return meanwhile.join().plus(others);
    }
  }

  private Portion preloadPortion(List<String> ids) {
    long start = time.nanos();
    Map<String, Long> tickets = new HashMap<>();
    Map<String, Loaded> found = new HashMap<>();
    ids.forEach(id -> tickets.put(id, l1.ticket(id)));
    try (Filler.Turns turns = filler.turns()) {
      findAbove(ids, found, turns);
      List<String> others = ids.stream()
          .filter(id -> !found(found, id).contents().isComplete())
          .toList();
      if (!others.isEmpty()) {
        loadFromL3(others, found, turns);
      }
    }
    Duration elapsed = Duration.ofNanos(time.nanos() - start);
    List<PreloadReport> reports = ids.stream()
        .map(id -> install(id, found(found, id), tickets.getOrDefault(id, 0L), elapsed))
        .toList();
    return new Portion(reports, found.values()
        .stream()
        .filter(loaded -> loaded.level() != Level.L1)
        .map(Loaded::contents)
        .toList());
  }

  private static Loaded found(Map<String, Loaded> found, String id) {
    return found.getOrDefault(id, NOTHING);
  }

  private void findAbove(List<String> ids, Map<String, Loaded> found, Filler.Turns turns) {
    if (!health.isRedisUsed()) {
      return;
    }
    List<String> unknown = new ArrayList<>();
    for (String id : ids) {
      Optional<Contents> inL1 = lease.isHeld(id) ? l1.contents(id) : Optional.empty();
      inL1.ifPresentOrElse(contents -> found.put(id, new Loaded(contents, Level.L1, false)),
          () -> unknown.add(id));
    }
    Map<String, Contents> inL2 = askL2(unknown, turns);
    learnWhere(inL2.values());
    for (String id : unknown) {
      @Nullable Contents contents = inL2.get(id);
      found.put(id, contents == null ? UNHEARD
          : new Loaded(contents.with(outbox.of(id)), Level.L2, false));
    }
  }

  /** A few say nothing of others. */
  private void learnWhere(Collection<Contents> inL2) {
    if (inL2.size() >= PortionSize.FIRST) {
      areMostOnlyInL3 = inL2.stream().filter(Contents::isComplete).count() < inL2.size() / 2;
    }
  }

  /** What L2 holds, of all of them with one round trip; of what is missing, nothing was heard. */
  private Map<String, Contents> askL2(List<String> ids, Filler.Turns turns) {
    if (ids.isEmpty()) {
      return Map.of();
    }
    try {
      return areMostOnlyInL3 ? turns.look(ids) : l2.conversations(ids);
    } catch (UnavailableException e) {
      return Map.of();
    }
  }

  private void loadFromL3(List<String> ids, Map<String, Loaded> found, Filler.Turns turns) {
    turns.begin(ids);
    Map<String, Contents> read = l3.conversations(ids);
    fill(read, turns);
    for (String id : ids) {
      Loaded above = found(found, id);
      Contents merged = read.getOrDefault(id, Contents.EMPTY)
          .with(above.contents().fields())
          .with(outbox.of(id));
      found.put(id, new Loaded(merged, Level.L3, above.isStale()));
    }
  }

  private static void fill(Map<String, Contents> read, Filler.Turns turns) {
    Map<String, Contents> some = new HashMap<>();
    long bytes = 0;
    for (Map.Entry<String, Contents> one : read.entrySet()) {
      if (!one.getValue().isEmpty()) {
        some.put(one.getKey(), one.getValue());
        bytes += PortionSize.bytes(one.getValue());
      }
      if (bytes >= PortionSize.BYTES) {
        turns.fill(some);
        some.clear();
        bytes = 0;
      }
    }
    turns.fill(some);
  }

  private PreloadReport install(String id, Loaded loaded, long ticket, Duration elapsed) {
    Contents contents = loaded.contents();
    int living = (int) contents.entries()
        .values()
        .stream()
        .filter(entry -> entry.isLive(time.millis()))
        .count();
    boolean isFound = living > 0 || !contents.items().isEmpty();
    boolean isInL1 = loaded.level() == Level.L1
        || (isFound && !loaded.isStale() && l1.installPreloaded(id, contents, ticket));
    return new PreloadReport(id, isFound, isInL1, living, contents.items().size(),
        loaded.level(), elapsed);
  }
}
