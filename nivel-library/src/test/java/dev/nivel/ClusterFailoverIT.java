package dev.nivel;

import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.EmbeddedServerException;
import dev.nivel.embedded.RedisCluster;
import dev.nivel.embedded.RedisSettings;
import dev.nivel.store.Value;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.awaitility.Awaitility.await;

/** Two nodes on a cluster one of whose masters dies with writes that its replica never got (I1). */
class ClusterFailoverIT {
  private static final Duration WAIT_MAX = Duration.ofMinutes(2);
  private static final List<String> IDS = IntStream.range(0, 24)
      .mapToObj(i -> "call-" + i)
      .toList();

  @TempDir private Path directory;
  private Servers servers;
  private RedisCluster cluster;
  private EmbeddedPostgres postgres;
  private Nivel a;
  private Nivel b;

  @BeforeEach
  void open() {
    servers = Servers.in(directory.resolve("servers"));
    cluster = servers.redisCluster(RedisSettings.defaults());
    postgres = servers.postgres();
    a = node("a");
    b = node("b");
  }

  private Nivel node(String name) {
    return Nivel.open(NivelConfig.of(Map.of("REDIS_URL", cluster.url(), "SUPABASE_DB_URL",
        postgres.url(), "NIVEL_DATA_DIR", directory.resolve(name).toString(),
        "REDIS_TIMEOUT_MS", "2000", "CIRCUIT_BREAKER_TIMEOUT", "1")));
  }

  @AfterEach
  void close() {
    a.close();
    b.close();
    servers.close();
  }

  private static void with(EmbeddedRedis redis, Consumer<RedisCommands<String, String>> work) {
    try (RedisClient client = RedisClient.create(redis.url());
        StatefulRedisConnection<String, String> connection = client.connect()) {
      work.accept(connection.sync());
    }
  }

  /** Whoever replicates must log in from now on, and can't. */
  private static void cutReplicaOff(EmbeddedRedis master) {
    with(master, commands -> {
      commands.configSet("requirepass", "unknown-to-the-replica");
      commands.clientKill(KillArgs.Builder.typeSlave());
    });
  }

  @Test
  void whatTheReplicaNeverGotIsHealedFromTheOutbox() {
    IDS.forEach(id -> a.conversation(id).put("slots", Value.json("1")));
    EmbeddedRedis master = cluster.nodes().get(0);
    EmbeddedRedis replica = cluster.replicaOf(master);
    await().atMost(WAIT_MAX).until(() -> keys(replica) > 0 && keys(replica) == keys(master));
    cutReplicaOff(master);
    IDS.forEach(id -> a.conversation(id).put("slots", Value.json("2")));
    master.kill();
    await().atMost(WAIT_MAX)
        .ignoreExceptionsInstanceOf(EmbeddedServerException.class)
        .until(() -> cluster.ownerOf(0).equals(replica));
    await().atMost(WAIT_MAX).until(() -> IDS.stream().noneMatch(id -> isStale(b, id)));
  }

  /** Whether the answer is said to be stale; if it is not, it must be the last write (I4). */
  private static boolean isStale(Nivel node, String id) {
    Answer answer = node.conversation(id).read("slots");
    String text = answer.entry().orElseThrow().value().text();
    if (!answer.isStale() && !text.equals("2")) {
      throw new IllegalStateException(id + " is answered with " + text + " as if it was fresh");
    }
    return answer.isStale();
  }

  private static long keys(EmbeddedRedis redis) {
    long[] keys = new long[1];
    with(redis, commands -> keys[0] = commands.keys("nivel:*:c:*").size());
    return keys[0];
  }
}
