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
import org.jspecify.annotations.Nullable;

/**
 * Preloading, for a call that is about to begin.
 *
 * <ol>
 * <li>What L1 has whole is there already.
 * <li>What Redis has whole goes to L1.
 * <li>All others are read from L3 in one statement, and go to Redis and L1. The rights to fill
 * Redis are asked for before: together with what it has where the last ones were mostly in L3
 * alone, else only for what it has not.
 * </ol>
 *
 * <p>This is done in portions, each of which takes a few round trips however many conversations it
 * has. How many are on their way at a time depends on how long the last ones were ({@link
 * Portions}). Together they bring Redis no more than some megabyte at a time, since a call that
 * takes too long counts as a failure of Redis.
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
  private final Workers workers;
  /** How many to begin with: what the last preload of many has learned. Any thread's may win. */
  private volatile int togetherFirst = Portions.FIRST;
  /** What the last ones have shown: then rights to fill are asked for with the look in L2. */
  private volatile boolean areMostOnlyInL3;

  /**
   * A path.
   *
   * @param workers for portions beside the one that the caller's thread has
   */
  PreloadPath(Levels levels, Context context, Workers workers) {
    l1 = levels.l1();
    l2 = levels.l2();
    l3 = levels.l3();
    lease = levels.lease();
    outbox = levels.outbox();
    health = context.health();
    this.context = context;
    filler = new Filler(l2, health);
    time = context.meters().time();
    this.workers = workers;
  }

  /**
   * How portions that are on their way together are preloaded.
   *
   * @param areRightsWithLook whether rights to fill are asked for with the look in L2
   * @param fillBytes with how much a portion fills L2 at a time
   */
  private record Terms(boolean areRightsWithLook, long fillBytes) {}

  /**
   * What came of a portion.
   *
   * @param loaded how many L1 had not
   * @param bytes of those
   * @param asked how many L2 was asked for, and answered
   * @param inL2 how many of those it had whole
   */
  private record Preloaded(List<PreloadReport> reports, int loaded, long bytes, int asked,
      int inL2) {
    Preloaded plus(Preloaded other) {
      List<PreloadReport> both = new ArrayList<>(reports);
      both.addAll(other.reports);
      return new Preloaded(both, loaded + other.loaded, bytes + other.bytes, asked + other.asked,
          inL2 + other.inL2);
    }
  }

  /** Preloads conversations; the reports are in the order of the ids, each once. */
  List<PreloadReport> preload(Collection<String> conversations) {
    List<String> ids = List.copyOf(new LinkedHashSet<>(conversations));
    List<PreloadReport> reports = new ArrayList<>(ids.size());
    Deadline deadline = context.deadline();
    Portions portions = new Portions(togetherFirst);
    while (reports.size() < ids.size()) {
      deadline.check();
      Preloaded some = preloadSome(ids.subList(reports.size(), ids.size()), portions);
      reports.addAll(some.reports());
      portions.adapt(some.loaded(), some.bytes());
      learnWhere(some);
    }
    if (ids.size() >= Portions.FIRST) { // a few say nothing of others
      togetherFirst = portions.together();
    }
    return reports;
  }

  /** Preloads the first ones, in as many portions as are worth it and workers are free for. */
  private Preloaded preloadSome(List<String> ids, Portions portions) {
    try (Workers.Crew crew = workers.take(portions.wanted(ids.size()) - 1)) {
      List<List<String>> divided = portions.divide(ids, 1 + crew.size());
      return preloadTogether(divided, crew,
          new Terms(areMostOnlyInL3, Portions.BYTES / divided.size()));
    }
  }

  /** The caller's thread has the last one. */
  private Preloaded preloadTogether(List<List<String>> divided, Workers.Crew crew, Terms terms) {
    List<String> first = divided.get(0);
    if (divided.size() == 1) {
      return preloadPortion(first, terms);
    }
    try (Subtask<Preloaded> meanwhile = Subtask.fork("a portion of a preload",
        () -> preloadPortion(first, terms), crew.threads())) {
      Preloaded others = preloadTogether(divided.subList(1, divided.size()), crew, terms);
      return meanwhile.join().plus(others);
    }
  }

  private Preloaded preloadPortion(List<String> ids, Terms terms) {
    long start = time.nanos();
    Map<String, Long> tickets = new HashMap<>();
    Map<String, Loaded> found = new HashMap<>();
    ids.forEach(id -> tickets.put(id, l1.ticket(id)));
    Collection<Contents> inL2;
    try (Filler.Turns turns = filler.turns()) {
      inL2 = findAbove(ids, found, turns, terms);
      List<String> others = ids.stream()
          .filter(id -> !found(found, id).contents().isComplete())
          .toList();
      if (!others.isEmpty()) {
        loadFromL3(others, found, turns, terms);
      }
    }
    Duration elapsed = Duration.ofNanos(time.nanos() - start);
    List<PreloadReport> reports = ids.stream()
        .map(id -> install(id, found(found, id), tickets.getOrDefault(id, 0L), elapsed))
        .toList();
    List<Contents> loaded = found.values()
        .stream()
        .filter(one -> one.level() != Level.L1)
        .map(Loaded::contents)
        .toList();
    return new Preloaded(reports, loaded.size(),
        loaded.stream().mapToLong(Portions::bytes).sum(), inL2.size(),
        (int) inL2.stream().filter(Contents::isComplete).count());
  }

  private static Loaded found(Map<String, Loaded> found, String id) {
    return found.getOrDefault(id, NOTHING);
  }

  /** Looks in L1 and L2; returns what L2 said. */
  private Collection<Contents> findAbove(List<String> ids, Map<String, Loaded> found,
      Filler.Turns turns, Terms terms) {
    if (!health.isRedisUsed()) {
      return List.of();
    }
    List<String> unknown = new ArrayList<>();
    for (String id : ids) {
      Optional<Contents> inL1 = lease.isHeld(id) ? l1.contents(id) : Optional.empty();
      inL1.ifPresentOrElse(contents -> found.put(id, new Loaded(contents, Level.L1, false)),
          () -> unknown.add(id));
    }
    Map<String, Contents> inL2 = askL2(unknown, turns, terms);
    for (String id : unknown) {
      @Nullable Contents contents = inL2.get(id);
      found.put(id, contents == null ? UNHEARD
          : new Loaded(contents.with(outbox.of(id)), Level.L2, false));
    }
    return inL2.values();
  }

  /** A few say nothing of others. */
  private void learnWhere(Preloaded done) {
    if (done.asked() >= Portions.FIRST) {
      areMostOnlyInL3 = done.inL2() < done.asked() / 2;
    }
  }

  /** What L2 holds, of all of them with one round trip; of what is missing, nothing was heard. */
  private Map<String, Contents> askL2(List<String> ids, Filler.Turns turns, Terms terms) {
    if (ids.isEmpty()) {
      return Map.of();
    }
    try {
      return terms.areRightsWithLook() ? turns.look(ids) : l2.conversations(ids);
    } catch (UnavailableException e) {
      return Map.of();
    }
  }

  private void loadFromL3(List<String> ids, Map<String, Loaded> found, Filler.Turns turns,
      Terms terms) {
    turns.begin(ids);
    Map<String, Contents> read = l3.conversations(ids);
    fill(read, turns, terms.fillBytes());
    for (String id : ids) {
      Loaded above = found(found, id);
      Contents merged = read.getOrDefault(id, Contents.EMPTY)
          .with(above.contents().fields())
          .with(outbox.of(id));
      found.put(id, new Loaded(merged, Level.L3, above.isStale()));
    }
  }

  private static void fill(Map<String, Contents> read, Filler.Turns turns, long bytesMax) {
    Map<String, Contents> some = new HashMap<>();
    long bytes = 0;
    for (Map.Entry<String, Contents> one : read.entrySet()) {
      if (!one.getValue().isEmpty()) {
        some.put(one.getKey(), one.getValue());
        bytes += Portions.bytes(one.getValue());
      }
      if (bytes >= bytesMax) {
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
