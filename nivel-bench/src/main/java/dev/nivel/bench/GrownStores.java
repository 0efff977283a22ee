package dev.nivel.bench;

import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.redis.RedisL2;
import dev.nivel.redis.RedisSettings;
import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Item;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.Write;
import dev.nivel.supabase.PostgresUrl;
import dev.nivel.supabase.SupabaseL3;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/**
 * A Redis and a PostgreSQL that hold so many conversations, and a node on them. The last {@link
 * #FRESH} conversations are in PostgreSQL only; as many as a tenth were erased within the last
 * week. For use by one thread.
 */
final class GrownStores implements AutoCloseable {
  /** How many conversations Redis does not know, to be used once each. */
  static final int FRESH = 720;
  private static final int ERASABLE = 60;
  private static final int ERASED_SHARE = 10;
  private static final int CHUNK = 300;
  private static final int CALLERS = 16;
  private static final long LOADED_AGO_MILLIS = Duration.ofHours(1).toMillis();
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  /** Neither expires anything meanwhile nor takes a slow store for an outage. */
  static final Map<String, String> CALM = Map.of("REDIS_TIMEOUT_MS", "10000",
      "SUPABASE_TIMEOUT_MS", "60000", "NIVEL_REQUEST_TIMEOUT_MS", "120000", "REDIS_CACHE_TTL",
      "86400", "REDIS_L1_CACHE_TTL", "86400", "SYNC_INTERVAL", "86400", "REDIS_L1_CACHE_SIZE",
      "64");

  private final long seed;
  private final int size;
  private final Stores stores;
  private final Nivel nivel;
  private final SupabaseL3 l3;
  private final RedisL2 l2;
  private final GrowthSql sql;
  private final SplittableRandom random;
  private final long stampMillis = Time.SYSTEM.millis() - LOADED_AGO_MILLIS;
  private final double redisBytes;
  private final double postgresBytes;
  private int freshUsed;
  private int erasedUsed;

  /** Starts stores and fills them. */
  GrownStores(Options options, int size) {
    this.size = size;
    seed = options.seed();
    random = new SplittableRandom(seed);
    stores = Stores.start(options.directory().resolve("stores-" + size));
    nivel = Nivel.open(NivelConfig.of(stores.variables("node", CALM)));
    l3 = SupabaseL3.open(PostgresUrl.parse(stores.postgres().url()),
        new SupabaseL3.Limits(PATIENCE, ItemBounds.DEFAULT));
    l2 = RedisL2.open(new RedisSettings(stores.redis().url(), RedisSettings.Login.OF_URL, PATIENCE,
        Duration.ofDays(1), new RedisSettings.Compressing(1_024, false), 1 << 20,
        ItemBounds.DEFAULT), Time.SYSTEM, () -> 63);
    l2.probe(true);
    sql = new GrowthSql(stores.postgres().jdbcUrl());
    long emptyRedis = redisMemory();
    long emptyPostgres = sql.bytes();
    load();
    redisBytes = (redisMemory() - emptyRedis) / (double) (size - FRESH);
    postgresBytes = (sql.bytes() - emptyPostgres) / (double) size;
    sql.addErased(size / ERASED_SHARE);
  }

  private void load() {
    forAll(size / CHUNK + 1, chunk -> {
      List<Write> writes = new ArrayList<>();
      for (int i = chunk * CHUNK; i < Math.min(size, (chunk + 1) * CHUNK); i++) {
        String id = id(i);
        contents(i).fields().forEach(field -> writes.add(new Write(id, field)));
      }
      if (!l3.write(writes).isEmpty()) {
        throw new IllegalStateException("a row was refused that is new");
      }
    });
    forAll(size - FRESH, i -> {
      if (!l2.fill(id(i), contents(i), l2.takeFill(id(i)))) {
        throw new IllegalStateException("a filling was refused");
      }
    });
  }

  /** Does work for 0 to a count, exclusive, with many callers. */
  static void forAll(int count, IntConsumer work) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> callers = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        int first = caller;
        callers.add(threads.submit(() -> forEvery(first, count, work)));
      }
      for (Future<?> caller : callers) {
        caller.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("loading was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("loading failed", e.getCause());
    }
  }

  private static void forEvery(int first, int count, IntConsumer work) {
    for (int i = first; i < count; i += CALLERS) {
      work.accept(i);
    }
  }

  private Contents contents(int index) {
    SyntheticCall call = SyntheticCall.of(seed, index);
    Stamp stamp = Stamp.at(stampMillis, 63);
    Entry state = Entry.of("state", stamp, call.state());
    return new Contents(Map.of("state", state), List.of(new Item(stamp, call.turns().get(0)),
        new Item(stamp.next(63), call.turns().get(1))), true, Stamp.NONE, Stamp.NONE);
  }

  /** The id of the conversation of an index: as random in its order as real ones. */
  static String id(int index) {
    return String.format("call-%016x", new SplittableRandom(index).nextLong());
  }

  /** What Redis says that it uses, in bytes. */
  private long redisMemory() {
    return stores.redis()
        .ask("INFO", "memory")
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).trim()))
        .findFirst()
        .orElseThrow();
  }

  /** Memory of Redis for each conversation. */
  double redisBytes() {
    return redisBytes;
  }

  /** Tables and indexes of PostgreSQL for each conversation, as loaded. */
  double postgresBytes() {
    return postgresBytes;
  }

  /** The id of any conversation that Redis holds. */
  String any() {
    return id(random.nextInt(size - FRESH - ERASABLE));
  }

  /** Ids of conversations that Redis does not hold, each of which is given once. */
  List<String> fresh(int count) {
    List<String> ids = new ArrayList<>();
    while (ids.size() < count) {
      ids.add(id(size - 1 - freshUsed++ % FRESH));
    }
    return ids;
  }

  /** The id of one of the few conversations that are there besides, if they are written. */
  String another(int index) {
    return id(size + index);
  }

  /** The id of a conversation that is to be erased. */
  String erasable() {
    return id(size - FRESH - 1 - erasedUsed++ % ERASABLE);
  }

  Stores stores() {
    return stores;
  }

  Nivel nivel() {
    return nivel;
  }

  SupabaseL3 l3() {
    return l3;
  }

  RedisL2 l2() {
    return l2;
  }

  GrowthSql sql() {
    return sql;
  }

  SplittableRandom random() {
    return random;
  }

  @Override
  public void close() {
    nivel.close();
    sql.close();
    l2.close();
    l3.close();
    stores.close();
  }
}
