package dev.nivel.server;

import dev.nivel.Settings;
import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.embedded.RedisSettings;
import dev.nivel.server.Http.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** An append under an {@code Idempotency-Key} appears once, whatever its stores go through (I7). */
class IdempotencyIT {
  private static final String KEY = "Idempotency-Key";
  private static final String TURNS = "[{\"turn\": 1}, {\"turn\": 2}]";

  private static EmbeddedDirectory stores;
  private static EmbeddedRedis redis;
  private static Settings settings;
  private static Server server;
  private static Http http;

  private final String items = "/cache/conversations/call-" + UUID.randomUUID() + "/items";

  @BeforeAll
  static void start(@TempDir Path directory) {
    stores = EmbeddedDirectory.open(directory.resolve("stores"));
    redis = EmbeddedRedis.start(stores, RedisSettings.defaults());
    EmbeddedPostgres postgres = EmbeddedPostgres.start(stores, PostgresSettings.defaults());
    settings = Settings.of(Map.of("REDIS_URL", redis.url(), "SUPABASE_DB_URL", postgres.url(),
        "NIVEL_PORT", "0", "NIVEL_DATA_DIR", directory.resolve("data").toString(),
        "REDIS_TIMEOUT_MS", "5000", "CIRCUIT_BREAKER_TIMEOUT", "1"));
    server = Server.start(settings);
    http = new Http(server.url());
  }

  @AfterAll
  static void end() {
    server.close();
    stores.close();
  }

  private Reply append(String key) {
    return http.post(items, TURNS, KEY, key);
  }

  private static JsonNode ids(Reply reply) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    return reply.json().path("items");
  }

  private void assertThereOnce(Reply first) {
    JsonNode read = http.get(items).json().path("items");
    List<String> there = read.valueStream().map(item -> item.path("id").stringValue()).toList();
    assertThat(there).isEqualTo(
        ids(first).valueStream().map(item -> item.path("id").stringValue()).toList());
  }

  private static void flushRedis() {
    URI url = URI.create(redis.url());
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.getOutputStream().write("FLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII))
          .isEqualTo("+OK\r\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitMode(String mode) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> http.get("/readyz").json().path("mode").stringValue().equals(mode));
  }

  @Test
  void theSameAppendAgainAnswersTheFirstResult() {
    Reply first = append("a");
    Reply second = append("a");
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.json()).isEqualTo(first.json());
    assertThat(ids(http.post(items, "{\"turn\": 1}\n{\"turn\": 2}", KEY, "a", "Content-Type",
        "application/x-ndjson"))).isEqualTo(ids(first));
    assertThereOnce(first);
    Reply durable = http.post(items + "?durability=supabase", TURNS, KEY, "a");
    assertThat(ids(durable)).isEqualTo(ids(first));
    assertThat(durable.json().path("durability").toString()).contains("supabase");
    assertThat(http.get("/cache/metrics").json().at("/sync/pending").asInt()).isZero();
  }

  @Test
  void anotherBodyIsAConflictAndAMalformedKeyIsRefused() {
    Reply first = append("a");
    http.post(items, "[{\"turn\": 1}]", KEY, "a").assertProblem(409);
    for (String malformed : List.of("a b", "", "x".repeat(256), "a\tb")) {
      append(malformed).assertProblem(422);
    }
    http.post(items, TURNS, KEY, "a", KEY, "b").assertProblem(422);
    assertThereOnce(first);
    assertThat(ids(append("!".repeat(255)))).isNotEqualTo(ids(first));
  }

  @Test
  void aKeyThatIsUsedFiftyTimesAtOnceAppendsOnce()
      throws InterruptedException, ExecutionException {
    List<Callable<Reply>> appends = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      appends.add(() -> append("a"));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(10)) {
      Reply first = append("b");
      List<Future<Reply>> replies = threads.invokeAll(appends);
      JsonNode ids = ids(replies.get(0).get());
      for (Future<Reply> reply : replies) {
        assertThat(ids(reply.get())).isEqualTo(ids);
      }
      assertThat(ids).isNotEqualTo(ids(first));
    }
    assertThat(http.get(items).json().path("items").size()).isEqualTo(4);
  }

  @Test
  void theFirstKeyOfAConversationMayBeUsedFiftyTimesAtOnceToo()
      throws InterruptedException, ExecutionException {
    List<Callable<Reply>> appends = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      appends.add(() -> append("a"));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(10)) {
      for (Future<Reply> reply : threads.invokeAll(appends)) {
        assertThat(reply.get().status()).as(reply.get().text()).isEqualTo(201);
      }
    }
    assertThereOnce(append("a"));
  }

  @Test
  void aRedisThatLosesEverythingDoesNotMatter() {
    Reply first = append("a");
    flushRedis();
    assertThat(ids(append("a"))).isEqualTo(ids(first));
    assertThat(http.post("/cache/sync", "").status()).isEqualTo(200);
    flushRedis();
    assertThat(ids(append("a"))).isEqualTo(ids(first));
    assertThereOnce(first);
  }

  @Test
  void aNodeThatDidNotAppendKnowsTheKeyFromSupabase(@TempDir Path other) {
    Reply first = append("a");
    assertThat(http.post("/cache/sync", "").status()).isEqualTo(200);
    flushRedis();
    try (Server second = Server.start(settings.with("NIVEL_DATA_DIR", other.toString()))) {
      Http there = new Http(second.url());
      assertThat(ids(there.post(items, TURNS, KEY, "a"))).isEqualTo(ids(first));
      there.post(items, "{}", KEY, "a").assertProblem(409);
    }
    assertThereOnce(first);
  }

  @Test
  void aRedisThatDiesAndComesBackDoesNotMatter() {
    Reply first = append("a");
    redis.kill();
    awaitMode("bypass");
    assertThat(ids(append("a"))).isEqualTo(ids(first));
    Reply meanwhile = append("b");
    assertThat(meanwhile.json().path("durability").toString()).isEqualTo("[\"supabase\"]");
    assertThat(append("b").json()).isEqualTo(meanwhile.json());
    http.post(items, "{}", KEY, "b").assertProblem(409);
    redis.restart();
    awaitMode("normal");
    assertThat(ids(append("a"))).isEqualTo(ids(first));
    assertThat(ids(append("b"))).isEqualTo(ids(meanwhile));
    assertThat(http.get(items).json().path("items").size()).isEqualTo(4);
  }
}
