package dev.nivel.bench;

import dev.nivel.Conversation;
import dev.nivel.Level;
import dev.nivel.bench.GrowthAxis.Measure;
import dev.nivel.store.NodeRegistry;
import dev.nivel.store.NodeRegistry.Claim;
import dev.nivel.store.NodeRegistry.Epoch;
import dev.nivel.store.NodeRegistry.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What is measured of stores that grow. Stateless. */
final class GrowthMeasures {
  private static final double CONSTANT = 0.15;
  private static final double LINEAR = 1.1;
  private static final int READS = 50;
  private static final int READS_OF_MEMORY = 200;
  private static final int READS_OF_L3 = 20;
  private static final int PRELOADED = 100;
  private static final int PRELOADS = 4;
  private static final int UNSYNCED = 1_000;
  private static final int CONVERSATIONS_SYNCED = 200;
  private static final int PAGE = 100;
  private static final int RETENTION_PAGE = 1_000;
  private static final int ERASED = 5;
  private static final int REPEATED = 25;
  private static final Report REPORT = new Report("normal", Report.NOTHING_UNSYNCED, Epoch.NONE,
      Set.of());

  private static final String CACHES_OF_POSTGRES = "what is asked for is anywhere, and PostgreSQL's"
      + " own cache (128 MiB here) holds all of 10,000 conversations, but a twentieth of a million";
  private static final String BARE_PAGE = "100 ids from somewhere by a bare select";

  private GrowthMeasures() {}

  /** All of them. */
  static List<Measure<GrownStores>> all() {
    return Stream.of(paths(), listings(), duties(), memory()).flatMap(List::stream).toList();
  }

  private static List<Measure<GrownStores>> paths() {
    return List.of(
        time("a read from L1", GrowthMeasures::readFromL1),
        time("a read from Redis", stores -> read(stores, Level.L2)),
        time("a read from PostgreSQL", stores -> Timing.of(stores.fresh(READS_OF_L3), id -> {
          Timing.require(stores.nivel().conversation(id).last(2).level() == Level.L3, "from L3");
        })).ifMissed(CACHES_OF_POSTGRES),
        time("a write", stores -> Timing.of(any(stores, READS), id -> stores.nivel()
            .conversation(id)
            .put("state", SyntheticCall.of(1, 1).state()))),
        time("a sync of 1,000 fields", GrowthMeasures::sync),
        time("a preload of 100 from Redis", stores -> Timing.of(
            IntStream.range(0, PRELOADS)
                .mapToDouble(i -> preload(stores, any(stores, PRELOADED)))
                .toArray())),
        time("a preload of 100 from PostgreSQL",
            stores -> preload(stores, stores.fresh(PRELOADED))).ifMissed(CACHES_OF_POSTGRES),
        time("an erasure", stores -> Timing.of(
            Stream.generate(stores::erasable).limit(ERASED).toList(),
            id -> stores.nivel().conversation(id).erase())));
  }

  private static List<Measure<GrownStores>> listings() {
    return List.of(
        time("the first 100 ids", stores -> Timing.of(REPEATED, () -> Timing.require(
            stores.nivel().conversations("", "", PAGE).size() == PAGE, "a whole page"))),
        time("100 ids from somewhere", stores -> Timing.of(REPEATED,
            () -> stores.nivel().conversations("", stores.any(), PAGE)))
            .withLimit(BARE_PAGE)
            .ifMissed(CACHES_OF_POSTGRES),
        new Measure<>(BARE_PAGE, "µs", Double.POSITIVE_INFINITY, stores -> Timing.of(REPEATED,
            () -> stores.sql().page(stores.any(), PAGE))),
        time("the only id of a prefix", stores -> Timing.of(REPEATED, () -> Timing.require(
            stores.nivel().conversations(GrownStores.id(1), "", PAGE).size() == 1, "one id"))));
  }

  private static List<Measure<GrownStores>> duties() {
    return List.of(
        time("a heartbeat", GrowthMeasures::heartbeat),
        time("a page of retention", stores -> Timing.of(REPEATED, () -> stores.l3()
            .activitiesBefore(Instant.now().minus(Duration.ofDays(1)), "", RETENTION_PAGE))),
        new Measure<>("the purge of each hour", "µs", LINEAR,
            stores -> Timing.once(stores.l3()::purge)),
        time("a look for orphans", stores -> Timing.of(REPEATED,
            () -> stores.l2().unsynced(Duration.ofMinutes(10), PAGE))));
  }

  private static List<Measure<GrownStores>> memory() {
    return List.of(
        new Measure<>("Redis", "bytes a conversation", CONSTANT, GrownStores::redisBytes),
        new Measure<>("PostgreSQL", "bytes a conversation", CONSTANT, GrownStores::postgresBytes));
  }

  private static Measure<GrownStores> time(String name,
      ToDoubleFunction<GrownStores> micros) {
    return new Measure<>(name, "µs", CONSTANT, micros);
  }

  private static List<String> any(GrownStores stores, int count) {
    Set<String> ids = new HashSet<>();
    while (ids.size() < count) {
      ids.add(stores.any());
    }
    return List.copyOf(ids);
  }

  private static double readFromL1(GrownStores stores) {
    List<String> hot = any(stores, 32);
    hot.forEach(id -> stores.nivel().conversation(id).last(2));
    return Timing.of(READS_OF_MEMORY, () -> hot.forEach(id -> Timing
        .require(stores.nivel().conversation(id).last(2).level() == Level.L1, "from L1")))
        / hot.size();
  }

  /** Those that another level answers do not count. */
  private static double read(GrownStores stores, Level level) {
    List<Double> micros = new ArrayList<>();
    while (micros.size() < READS) {
      Conversation conversation = stores.nivel().conversation(stores.any());
      long start = System.nanoTime();
      Level answering = conversation.last(2).level();
      if (answering == level) {
        micros.add((System.nanoTime() - start) / 1e3);
      }
    }
    return Timing.of(micros.stream().mapToDouble(each -> each).toArray());
  }

  private static double sync(GrownStores stores) {
    stores.nivel().sync();
    for (int i = 0; i < UNSYNCED; i++) {
      stores.nivel()
          .conversation(stores.another(i % CONVERSATIONS_SYNCED))
          .put("slot-" + i / CONVERSATIONS_SYNCED, SyntheticCall.of(1, i).turns().get(0));
    }
    return Timing
        .once(() -> Timing.require(stores.nivel().sync().synced() == UNSYNCED, "1,000 fields"));
  }

  private static double preload(GrownStores stores, List<String> ids) {
    return Timing
        .once(() -> Timing.require(stores.nivel().preload(ids).size() == ids.size(), "all"));
  }

  /** Of a second node, which joins for that, does as every node does, and leaves. */
  private static double heartbeat(GrownStores stores) {
    NodeRegistry nodes = stores.l3().nodes();
    String identity = "growth-" + stores.random().nextLong();
    Claim claim = nodes.claim(identity);
    nodes.heartbeat(claim.number(), identity, REPORT)
        .erasures()
        .forEach(erasure -> nodes.confirmErase(erasure.stamp(), claim.number()));
    nodes.heartbeat(claim.number(), identity, REPORT); // nothing is left: it need not look back
    double micros = Timing.of(REPEATED, () -> nodes.heartbeat(claim.number(), identity, REPORT));
    nodes.leave(claim.number(), identity);
    return micros;
  }
}
