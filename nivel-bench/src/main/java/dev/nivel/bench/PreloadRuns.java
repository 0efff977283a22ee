package dev.nivel.bench;

import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.PreloadReport;
import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Item;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.Value;
import dev.nivel.store.Write;
import dev.nivel.supabase.PostgresUrl;
import dev.nivel.supabase.SupabaseL3;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/**
 * Preloading 100 conversations of an entry and four turns that only PostgreSQL has.
 *
 * <p>The read alone stands beside two plain selects for each conversation, its entries and its
 * items, and beside the least in bulk, which is the limit: one select of all that knows of erasures
 * and bounds the items. The whole preload stands beside what brings them to the same places by
 * hand: the two selects, then an HSET and a PEXPIRE in one pipeline, for each; beside that in bulk;
 * and beside the least in bulk that does not overwrite what is written meanwhile, which is the
 * limit: tokens, the select of all, and one pipeline of scripts ({@link LeastFill}). Both stores
 * are as far away for all.
 *
 * <p>The limit takes one step after another, whereas a preload of 100 reads some of them while it
 * fills Redis with others. So a limit that overlapped its steps would be harder to reach.
 */
final class PreloadRuns {
  private static final int CONVERSATIONS = 100;
  private static final int TURNS = 4;
  private static final int TURN_BYTES = 450;
  /** A server has long compiled what it does, which takes this many. */
  private static final int WARM_UPS = 150;
  /** What runs here was compiled before. */
  private static final int WARM_UPS_IF_FAR = 20;
  private static final int WARM_UPS_IF_SHORT = 2;
  private static final int ROUND_TURNS = 3;
  private static final Duration TTL = Duration.ofHours(1);
  private static final SupabaseL3.Limits LIMITS = new SupabaseL3.Limits(Duration.ofMinutes(1),
      ItemBounds.DEFAULT);

  private final Options options;
  private final Section section;
  private final Stores stores;
  private final SupabaseL3 writer;
  private final Value value;
  private final Rounds rounds;
  private int sets;

  /**
   * Measures nothing yet.
   *
   * @param writer stores what is read, on connections that stay, as a node's do: a process of
   *     PostgreSQL that has just begun slows those down that read (decision 0026)
   */
  private PreloadRuns(Options options, Section section, Stores stores, SupabaseL3 writer) {
    this.options = options;
    this.section = section;
    this.stores = stores;
    this.writer = writer;
    rounds = new Rounds(options.rounds(), options.isShort() ? 1 : ROUND_TURNS);
    value = Turns.value(new SplittableRandom(options.seed()), TURN_BYTES);
  }

  /** Measures on loopback and farther away. */
  static void measure(Options options, Section section, Stores stores) {
    try (SupabaseL3 writer = SupabaseL3.open(PostgresUrl.parse(stores.postgres().url()), LIMITS)) {
      new PreloadRuns(options, section, stores, writer).measure();
    }
  }

  private void measure() {
    section.out()
        .printf("%nPreloading by hand is two selects, then an HSET and a PEXPIRE together, for each"
            + " conversation, one after another, and a map; in bulk it is one select of all and one"
            + " pipeline. Either overwrites what is written meanwhile. The least that does not, and"
            + " works in a cluster: a token for each in Redis, the select of all, and a script for"
            + " each that stores it if its token is still there. The select has entries, marks of"
            + " erasures and the newest 200 items of each.%n%n"
            + "| 100 conversations, ms | peer | Nivel | peer to Nivel |%n"
            + "|---|---|---|---|%n");
    measure(Duration.ZERO, new Place(false, 10, "on loopback"));
    measure(Duration.ofMillis(1), new Place(true, 40, "with 1 ms added"));
  }

  /** Where the stores are, and by how much a preload must be faster there. */
  private record Place(boolean isFar, double bound, String name) {}

  private void measure(Duration roundTrip, Place place) {
    try (DelayProxy redis = DelayProxy.before(stores.redisPort(), roundTrip);
        DelayProxy postgres = DelayProxy.before(stores.postgres().port(), roundTrip)) {
      boolean isFar = place.isFar();
      String url = isFar ? stores.postgresAt(stores.postgres().url(), postgres)
          : stores.postgres().url();
      String jdbcUrl = isFar ? stores.postgresAt(stores.postgres().jdbcUrl(), postgres)
          : stores.postgres().jdbcUrl();
      String redisUrl = isFar
          ? stores.redisUrl().replace(":" + stores.redisPort(), ":" + redis.port())
          : stores.redisUrl();
      Map<String, String> variables = stores.variables("preload-" + roundTrip.toMillis(),
          Map.of("REDIS_URL", redisUrl, "SUPABASE_DB_URL", url, "REDIS_L1_CACHE_SIZE", "100000",
              "REDIS_L1_CACHE_BYTES", "536870912", "SUPABASE_TIMEOUT_MS", "60000",
              "REDIS_TIMEOUT_MS", "10000"));
      try (Nivel nivel = Nivel.open(NivelConfig.of(variables));
          PostgresPeer peer = new PostgresPeer(jdbcUrl);
          RedisClient lettuce = RedisClient.create(redisUrl);
          StatefulRedisConnection<String, byte[]> redisPeer = lettuce
              .connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
          SupabaseL3 l3 = SupabaseL3.open(PostgresUrl.parse(url), LIMITS)) {
        LeastFill least = new LeastFill(lettuce, TTL);
        peer.analyze(); // or nobody knows how many rows there are, and all are read
        section.add(reading(place, peer, ids -> read(l3, ids)));
        section.add(preloading(place, new Loadings(
            ids -> preloadByHand(peer, redisPeer, ids),
            ids -> preloadInBulk(peer, redisPeer, ids), ids -> preloadLeast(peer, least, ids),
            ids -> preload(nivel, ids))));
      }
    }
  }

  /** Brings conversations, all of them. */
  private interface Loading {
    void of(List<String> ids);
  }

  private Goal reading(Place place, PostgresPeer peer, Loading read) {
    DoubleSupplier selects = timed(ids -> ids.forEach(id -> check(peer.read(id), 1)));
    DoubleSupplier limit = timed(ids -> check(peer.readAll(ids), CONVERSATIONS));
    DoubleSupplier nivel = timed(read);
    warmUp(place.isFar(), selects, limit, nivel);
    Trios trios = Trios.measure(rounds, selects, limit, nivel);
    print("the read from L3 alone, to single selects", place.name(), trios.toPeer());
    print("the read from L3 alone, to the least in bulk", place.name(), trios.toLimit());
    return Goal
        .ratioAtLeast(place.bound(),
            "the read from L3 alone of 100 conversations, times as fast as single"
                + " selects, " + place.name(),
            trios.toPeer().inverseRatios())
        .withLimit("a select of all that reads marks of erasures too and bounds the items",
            trios.limitToPeer().inverseRatios(), trios.toLimit().inverseRatios())
        .ifMissed(
            "it looks for keys and for what is older as well, and packs the items, so that the"
                + " client can't read the first ones while the others are fetched");
  }

  /** Ways to bring the same conversations to the same places. */
  private record Loadings(Loading byHand, Loading inBulk, Loading least, Loading nivel) {}

  private Goal preloading(Place place, Loadings loadings) {
    DoubleSupplier peer = timed(loadings.byHand());
    DoubleSupplier inBulk = timed(loadings.inBulk());
    DoubleSupplier limit = timed(loadings.least());
    DoubleSupplier nivel = timed(loadings.nivel());
    warmUp(place.isFar(), peer, inBulk, limit, nivel);
    Trios trios = Trios.measure(rounds, peer, limit, nivel);
    print("preload to Redis and memory, to the same by hand", place.name(), trios.toPeer());
    print("preload to Redis and memory, to the least that overwrites nothing", place.name(),
        trios.toLimit());
    print("preload to Redis and memory, to by hand in bulk (rounds of its own)", place.name(),
        Pairs.measure(rounds, inBulk, nivel));
    return Goal
        .ratioAtLeast(place.bound(), "preload to Redis and memory of 100 conversations, times as"
            + " fast as by hand, " + place.name(), trios.toPeer().inverseRatios())
        .withLimit(
            "the least in bulk that overwrites nothing and works in a cluster, one step after"
                + " another",
            trios.limitToPeer().inverseRatios(),
            trios.toLimit().inverseRatios())
        .ifMissed("Redis is asked first what it holds, and what goes there is put in envelopes,"
            + " counted and checked");
  }

  private void warmUp(boolean isFar, DoubleSupplier... sides) {
    int count = isFar ? WARM_UPS_IF_FAR : WARM_UPS;
    for (int i = 0; i < (options.isShort() ? WARM_UPS_IF_SHORT : count); i++) {
      for (DoubleSupplier side : sides) {
        double _ = side.getAsDouble();
      }
    }
  }

  private void print(String what, String where, Pairs pairs) {
    section.out()
        .printf(Locale.ROOT, "| %s, %s | %.1f | %.1f | %s |%n", what, where,
            pairs.ofPeer().median(), pairs.ofNivel().median(), pairs.inverseRatios().asRatio());
  }

  private static void check(Map<String, byte[]> found, int conversations) {
    if (found.size() != conversations * (TURNS + 1)) {
      throw new IllegalStateException("a row is missing");
    }
  }

  /** What a user would write who thinks of one conversation. */
  private static void preloadByHand(PostgresPeer peer,
      StatefulRedisConnection<String, byte[]> redis, List<String> ids) {
    Map<String, Map<String, byte[]>> memory = new HashMap<>();
    for (String id : ids) {
      Map<String, byte[]> found = peer.read(id);
      check(found, 1);
      await(put(redis, id, found));
      memory.put(id, found);
    }
    requireAll(memory, ids);
  }

  /** What a user would write who thinks of all of them, and of nobody who writes meanwhile. */
  private static void preloadInBulk(PostgresPeer peer,
      StatefulRedisConnection<String, byte[]> redis, List<String> ids) {
    Map<String, Map<String, byte[]>> memory = readAll(peer, ids);
    List<Future<?>> replies = new ArrayList<>();
    memory.forEach((id, found) -> replies.addAll(put(redis, id, found)));
    await(replies);
    requireAll(memory, ids);
  }

  private static void preloadLeast(PostgresPeer peer, LeastFill least, List<String> ids) {
    least.begin(ids);
    Map<String, Map<String, byte[]>> memory = readAll(peer, ids);
    least.fill(memory);
    requireAll(memory, ids);
  }

  /** All of their fields, by conversation. */
  private static Map<String, Map<String, byte[]>> readAll(PostgresPeer peer, List<String> ids) {
    Map<String, Map<String, byte[]>> memory = new HashMap<>();
    peer.readAll(ids)
        .forEach((field, content) -> memory.computeIfAbsent(
            field.substring(0, field.indexOf(':')), id -> new HashMap<>()).put(field, content));
    return memory;
  }

  private static List<Future<?>> put(StatefulRedisConnection<String, byte[]> redis, String id,
      Map<String, byte[]> found) {
    String key = "by-hand:" + id;
    return List.of(redis.async().hset(key, found), redis.async().pexpire(key, TTL));
  }

  private static void await(List<Future<?>> replies) {
    try {
      for (Future<?> reply : replies) {
        reply.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void requireAll(Map<String, Map<String, byte[]>> memory, List<String> ids) {
    if (!memory.keySet().equals(Set.copyOf(ids))) {
      throw new IllegalStateException("a conversation was not preloaded");
    }
  }

  private static void read(SupabaseL3 l3, List<String> ids) {
    Map<String, Contents> contents = l3.conversations(ids);
    if (contents.values().stream().anyMatch(of -> of.items().size() != TURNS)) {
      throw new IllegalStateException("an item is missing");
    }
  }

  private static void preload(Nivel nivel, List<String> ids) {
    if (!nivel.preload(ids).stream().allMatch(PreloadReport::isInL1)) {
      throw new IllegalStateException("a conversation was not preloaded");
    }
  }

  /** The milliseconds of a loading, of conversations that are new to all but PostgreSQL. */
  private DoubleSupplier timed(Loading loading) {
    return () -> {
      List<String> ids = store();
      long start = System.nanoTime();
      loading.of(ids);
      return (System.nanoTime() - start) / 1e6;
    };
  }

  private List<String> store() {
    int set = sets++;
    List<String> ids = IntStream.range(0, CONVERSATIONS)
        .mapToObj(i -> "preload-" + set + "-" + i)
        .toList();
    List<Write> writes = new ArrayList<>();
    for (String id : ids) {
      Stamp stamp = Stamp.at(Time.SYSTEM.millis(), 1);
      writes.add(new Write(id, Entry.of("state", stamp, value)));
      for (int turn = 0; turn < TURNS; turn++) {
        stamp = stamp.next(1);
        writes.add(new Write(id, new Item(stamp, value)));
      }
    }
    writer.write(writes);
    return ids;
  }
}
