package dev.nivel.server;

import dev.nivel.Conversation;
import dev.nivel.Mode;
import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.embedded.RedisSettings;
import dev.nivel.store.Value;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ten thousand readers at a time of a conversation that PostgreSQL alone has, on three nodes with a
 * real Redis and a real PostgreSQL: each node reads it once (I8). The tables are locked until all
 * of them wait.
 */
class HerdIT {
  private static final int READERS = 10_000;
  private static final String ID = "cold";

  @TempDir private Path directory;
  private EmbeddedDirectory stores;
  private EmbeddedPostgres postgres;
  private EmbeddedRedis redis;
  private final List<Nivel> nodes = new ArrayList<>();

  @BeforeEach
  void open() {
    stores = EmbeddedDirectory.open(directory.resolve("stores"));
    postgres = EmbeddedPostgres.start(stores, PostgresSettings.defaults());
    redis = EmbeddedRedis.start(stores, RedisSettings.defaults().withLines("appendonly no"));
    try (Nivel writer = node("writer")) {
      writer.conversation(ID).append(List.of(Value.json("1"), Value.json("2")));
      writer.conversation(ID).put("slots", Value.json("3"));
      writer.sync();
    }
    redis.kill();
    redis.deleteFiles();
    redis.restart();
    for (String name : List.of("a", "b", "c")) {
      nodes.add(node(name));
    }
    Awaitility.await().until(() -> nodes.stream().allMatch(node -> node.mode() == Mode.NORMAL));
  }

  private Nivel node(String name) {
    return Nivel.open(NivelConfig.of(Map.of("REDIS_URL", redis.url(), "SUPABASE_DB_URL",
        postgres.url(), "NIVEL_DATA_DIR", directory.resolve(name).toString(),
        "REDIS_TIMEOUT_MS", "30000", "SUPABASE_TIMEOUT_MS", "120000",
        "NIVEL_REQUEST_TIMEOUT_MS", "300000")));
  }

  @AfterEach
  void close() {
    nodes.forEach(Nivel::close);
    stores.close();
  }

  @Test
  void makesALoadOnEachNodeForAConversation() throws Exception {
    assertLoads(conversation -> conversation.last(10).items().size() == 2);
  }

  @Test
  void makesALoadOnEachNodeForAnEntry() throws Exception {
    assertLoads(conversation -> conversation.get("slots").orElseThrow().value().text().equals("3"));
  }

  private long loads() {
    return nodes.stream().mapToLong(node -> node.metrics().l3Loads()).sum();
  }

  private void assertLoads(Function<Conversation, Boolean> read) throws Exception {
    long before = loads();
    Queue<Object> answers = new ConcurrentLinkedQueue<>();
    List<Thread> readers = new ArrayList<>(READERS);
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement sql = connection.createStatement()) {
      connection.setAutoCommit(false);
      sql.execute("lock table nivel.conversations, nivel.entries, nivel.items"
          + " in access exclusive mode");
      for (int i = 0; i < READERS; i++) {
        Conversation conversation = nodes.get(i % nodes.size()).conversation(ID);
        readers.add(Thread.startVirtualThread(() -> answers.add(outcome(read, conversation))));
      }
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> readers.stream().allMatch(HerdIT::isWaiting)
              && loadsAtPostgres(sql) == nodes.size());
      connection.commit();
    }
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(answers).hasSize(READERS).containsOnly(true);
    assertThat(loads() - before).isLessThanOrEqualTo(nodes.size());
  }

  private static Object outcome(Function<Conversation, Boolean> read, Conversation conversation) {
    try {
      return read.apply(conversation);
    } catch (RuntimeException e) {
      return e;
    }
  }

  private static boolean isWaiting(Thread reader) {
    return reader.getState() == Thread.State.WAITING
        || reader.getState() == Thread.State.TIMED_WAITING;
  }

  /** How many statements that read conversations wait for the lock. */
  private static long loadsAtPostgres(Statement sql) throws SQLException {
    try (ResultSet rows = sql.executeQuery("select count(*) from pg_stat_activity"
        + " where wait_event_type = 'Lock' and query like '%nivel.read_%'")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
