package dev.nivel.bench;

import dev.nivel.store.Write;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The least that it takes to bring to PostgreSQL what is marked in Redis as unsynced, by bare JDBC
 * and Lettuce: for each chunk one upsert with {@code unnest} of its rows and their conversations',
 * and then, in each bucket, one removal of its marks, if they are of the versions that were
 * written, all of them sent together; their answers come while the next chunk is written. Chunks
 * grow as Nivel's do. It reads nothing else from Redis, for whoever wrote has it in memory, and
 * judges and keeps nothing. For use by one thread.
 *
 * <p>Who stores a value and marks it by one script has both in one slot of a cluster. Nivel does,
 * with {@value #BUCKETS} buckets; with one bucket it is the least on a single server, where all
 * marks may lie together. One thread does all of it, so that what it does for Redis, PostgreSQL
 * waits for: who writes ahead may come close to it, or pass it.
 */
final class LeastSync implements AutoCloseable {
  /** As many as Nivel has. */
  static final int BUCKETS = 256;
  private static final String REMOVAL = """
      local members, synced = {}, {}
      for i = 1, #ARGV, 2 do
        members[#members + 1] = ARGV[i]
      end
      for i, score in ipairs(redis.call('ZMSCORE', KEYS[1], unpack(members))) do
        if score and tonumber(score) == tonumber(ARGV[2 * i]) then
          synced[#synced + 1] = members[i]
        end
      end
      return #synced > 0 and redis.call('ZREM', KEYS[1], unpack(synced)) or 0
      """;
  private static final int CHUNK_FIRST = 10;
  private static final int CHUNK_MAX = 1_000;

  private final PostgresPeer peer;
  private final int buckets;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final String removal;

  LeastSync(Stores stores, PostgresPeer peer, int buckets) {
    this.peer = peer;
    this.buckets = buckets;
    client = RedisClient.create(stores.redisUrl());
    connection = client.connect();
    removal = connection.sync().scriptLoad(REMOVAL);
  }

  /** Marks rows as unsynced, and returns how fast they reach PostgreSQL and lose their marks. */
  double syncedPerSecond(List<Write> rows) {
    List<RedisFuture<Long>> marks = new ArrayList<>();
    for (Write row : rows) {
      marks.add(connection.async()
          .zadd(unsynced(bucket(row)), (double) row.stamp().bits(), mark(row))); // below 2^53
    }
    marks.forEach(RedisClients::await);
    long start = System.nanoTime();
    List<RedisFuture<Long>> removals = new ArrayList<>();
    int size = CHUNK_FIRST;
    for (int from = 0; from < rows.size(); size = Math.min(CHUNK_MAX, 2 * size)) {
      List<Write> chunk = rows.subList(from, Math.min(rows.size(), from + size));
      peer.upsertWithConversations(chunk);
      connection.setAutoFlushCommands(false);
      chunk.stream()
          .collect(Collectors.groupingBy(this::bucket))
          .forEach((bucket, of) -> removals.add(remove(bucket, of)));
      connection.flushCommands();
      connection.setAutoFlushCommands(true);
      from += chunk.size();
    }
    long removed = removals.stream().mapToLong(RedisClients::await).sum();
    Timing.require(removed == rows.size(), "all marks");
    return rows.size() * 1e9 / (System.nanoTime() - start);
  }

  private RedisFuture<Long> remove(int bucket, List<Write> rows) {
    return connection.async()
        .evalsha(removal, ScriptOutputType.INTEGER, new String[]{unsynced(bucket)},
            rows.stream()
                .flatMap(row -> Stream.of(mark(row), Long.toString(row.stamp().bits())))
                .toArray(String[]::new));
  }

  private int bucket(Write row) {
    return Math.floorMod(row.conversation().hashCode(), buckets);
  }

  private String unsynced(int bucket) {
    return "least:{" + bucket + "}:unsynced of " + buckets;
  }

  private static String mark(Write row) {
    return row.conversation() + " " + row.key();
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
