package dev.nivel.server;

import dev.nivel.Settings;
import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.embedded.RedisSettings;
import dev.nivel.server.Http.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What a caller and an operator see when Redis is out, and when PostgreSQL is as well. */
class IsolationIT {
  private static final String ENTRY = "/cache/conversations/call/entries/slots";
  private static final String ITEMS = "/cache/conversations/call/items";

  @TempDir private Path directory;
  private EmbeddedDirectory stores;
  private EmbeddedRedis redis;
  private EmbeddedPostgres postgres;

  @BeforeEach
  void start() {
    stores = EmbeddedDirectory.open(directory.resolve("stores"));
    postgres = EmbeddedPostgres.start(stores, PostgresSettings.defaults());
    redis = EmbeddedRedis.start(stores, RedisSettings.defaults());
  }

  @AfterEach
  void end() {
    stores.close();
  }

  private Server server(String... variables) {
    Settings settings = Settings.of(Map.of("REDIS_URL", redis.url(), "SUPABASE_DB_URL",
        postgres.url(), "NIVEL_PORT", "0", "NIVEL_DATA_DIR", directory.resolve("data").toString(),
        "CIRCUIT_BREAKER_TIMEOUT", "1", "SYNC_INTERVAL", "2", "SUPABASE_TIMEOUT_MS", "2000"));
    for (int i = 0; i < variables.length; i += 2) {
      settings = settings.with(variables[i], variables[i + 1]);
    }
    return Server.start(settings);
  }

  private static JsonNode awaitMode(Http http, String mode) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> http.get("/readyz").json().path("mode").stringValue().equals(mode));
    return http.get("/readyz").json();
  }

  private static List<String> log(Reply items) {
    List<String> log = new ArrayList<>();
    items.json().path("items").forEach(item -> log.add(item.path("value").toString()));
    return log;
  }

  @Test
  void tellsTheModeWhyAndSinceWhen() {
    try (Server server = server()) {
      Http http = new Http(server.url());
      http.put(ENTRY, "1");
      awaitMode(http, "normal");
      assertThat(http.get(ENTRY).level()).isEqualTo("l1");
      Instant before = Instant.now();
      redis.kill();
      JsonNode out = awaitMode(http, "bypass");
      assertThat(out.path("mode_reason").stringValue())
          .isEqualTo("Redis is out: its calls fail");
      Instant since = Instant.parse(out.path("mode_since").stringValue());
      assertThat(since).isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
      assertThat(out.at("/redis/since").stringValue()).isEqualTo(since.toString());
      assertThat(http.get(ENTRY).level()).matches("l3(,stale)?,bypass");
      JsonNode metrics = http.get("/cache/metrics").json();
      assertThat(metrics.path("mode_reason")).isEqualTo(out.path("mode_reason"));
      assertThat(metrics.path("mode_since")).isEqualTo(out.path("mode_since"));
      assertThat(metrics.at("/breakers/redis/since")).isEqualTo(out.path("mode_since"));
      assertThat(http.get("/metrics").text())
          .contains("nivel_mode{cache=\"nivel\",mode=\"bypass\",name=\"nivel\"} 1.0")
          .contains("nivel_mode{cache=\"nivel\",mode=\"normal\",name=\"nivel\"} 0.0");
      redis.restart();
      JsonNode well = awaitMode(http, "normal");
      assertThat(well.path("mode_reason").stringValue()).isEmpty();
      assertThat(Instant.parse(well.path("mode_since").stringValue())).isAfter(since);
    }
  }

  @Test
  void answersFromMemoryAndRefusesWritesWhileBothAreOut() {
    try (Server server = server()) {
      Http http = new Http(server.url());
      http.put(ENTRY, "1");
      http.post(ITEMS, "[1,2]");
      http.get("/cache/conversations/call");
      assertThat(http.post("/cache/sync", "").status()).isEqualTo(200);
      redis.kill();
      postgres.kill();
      JsonNode out = awaitMode(http, "isolated");
      assertThat(out.path("mode_reason").stringValue())
          .contains("Redis is out", "Supabase is out");
      Reply entry = http.get(ENTRY);
      assertThat(entry.text()).isEqualTo("1");
      assertThat(entry.level()).isEqualTo("l1,stale,isolated");
      assertThat(log(http.get(ITEMS))).containsExactly("1", "2");
      http.put(ENTRY, "2").assertProblem(503);
      http.get("/cache/conversations/other/items").assertProblem(503);
    }
  }

  @Test
  void keepsInTheJournalWhatIsWrittenWhileBothAreOut() { // I1, also over a restart
    String[] configured = {"NIVEL_WRITES_WHEN_ISOLATED", "journal"};
    try (Server server = server(configured)) {
      Http http = new Http(server.url());
      http.post(ITEMS, "[1]");
      redis.kill();
      postgres.kill();
      awaitMode(http, "isolated");
      for (int i = 2; i <= 9; i++) {
        Reply written = http.post(ITEMS, "[" + i + "]");
        assertThat(written.status()).as(written.text()).isEqualTo(201);
        assertThat(written.json().path("durability").toString()).isEqualTo("[\"journal\"]");
      }
      http.post(ITEMS, "[0]", "Idempotency-Key", "a-key").assertProblem(503);
      http.put(ENTRY, "1", "If-None-Match", "*").assertProblem(503);
      http.post(ITEMS + "?durability=supabase", "[0]").assertProblem(503);
      assertThat(log(http.get(ITEMS))).endsWith("8", "9");
    }
    try (Server server = server(configured)) { // which starts with both out
      Http http = new Http(server.url());
      http.post(ITEMS, "[10]");
      redis.restart();
      postgres.restart();
      awaitMode(http, "normal");
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> http.post("/cache/sync", "").status() == 200);
      assertThat(log(http.get(ITEMS)))
          .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
    }
  }

  /** The bound in time is generous: it is there to tell seconds from minutes. */
  @Test
  void answersInTimeWhileBothAreFrozen() {
    try (Server server = server("NIVEL_REQUEST_TIMEOUT_MS", "2000")) {
      Http http = new Http(server.url());
      http.put(ENTRY, "1");
      redis.freeze();
      postgres.freeze();
      for (int i = 0; i < 5; i++) {
        Instant start = Instant.now();
        assertThat(http.get("/cache/conversations/other-" + i + "/items").status()).isEqualTo(503);
        assertThat(http.put(ENTRY, "2").status()).isEqualTo(503);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(40));
      }
      redis.thaw();
      postgres.thaw();
      awaitMode(http, "normal");
      assertThat(http.put(ENTRY, "3").status()).isEqualTo(200);
    }
  }
}
