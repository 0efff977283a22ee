package dev.nivel.cli;

import dev.nivel.Settings;
import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.embedded.RedisSettings;
import dev.nivel.server.Http;
import dev.nivel.server.Server;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What a real PostgreSQL refuses for good, as an operator meets it. */
class QuarantineIT {
  private static final String REFUSE_ENTRIES = """
      alter table nivel.entries add constraint no_poison check (name not like 'poison%')
        not valid""";
  private static final String TAKE_ENTRIES = """
      alter table nivel.entries drop constraint if exists no_poison""";
  private static final String REFUSE_ITEMS = """
      create function refuse() returns trigger language plpgsql as $$
      begin
        if position('secret'::bytea in new.value) > 0 then
          raise exception 'this is refused: %', new;
        end if;
        return new;
      end $$;
      create trigger refuse before insert on nivel.items for each row execute function refuse()""";
  private static final String TAKE_ITEMS = "drop function if exists refuse() cascade";

  private static EmbeddedDirectory stores;
  private static EmbeddedPostgres postgres;
  private static Server server;
  private static Http http;

  private final String id = "call-" + UUID.randomUUID();
  private final String entries = "/cache/conversations/" + id + "/entries/";
  private final String items = "/cache/conversations/" + id + "/items";
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void start(@TempDir Path directory) {
    stores = EmbeddedDirectory.open(directory.resolve("stores"));
    postgres = EmbeddedPostgres.start(stores, PostgresSettings.defaults());
    EmbeddedRedis redis = EmbeddedRedis.start(stores, RedisSettings.defaults());
    // On a busy machine a call may take longer than 250 ms, and Redis would be taken for out.
    server = Server.start(Settings.of(Map.of("REDIS_URL", redis.url(), "SUPABASE_DB_URL",
        postgres.url(), "NIVEL_PORT", "0", "NIVEL_DATA_DIR",
        directory.resolve("data").toString(), "REDIS_TIMEOUT_MS", "30000")));
    http = new Http(server.url());
  }

  @AfterAll
  static void end() {
    server.close();
    stores.close();
  }

  @BeforeEach
  void poison() throws SQLException {
    sql(REFUSE_ENTRIES);
    sql(REFUSE_ITEMS);
  }

  @AfterEach
  void mend() throws SQLException {
    sql(TAKE_ENTRIES);
    sql(TAKE_ITEMS);
    http.delete("/cache/quarantine");
  }

  private static void sql(String statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    }
  }

  private static JsonNode rows() {
    return http.get("/cache/quarantine").json().path("rows");
  }

  /** I11, and as much of it as is quarantined. */
  private static void assertQuarantined(int count) {
    JsonNode metrics = http.get("/cache/metrics").json();
    assertThat(metrics.at("/sync/quarantined").asInt()).isEqualTo(count);
    assertThat(metrics.at("/writes/acknowledged").asLong()
        + metrics.at("/writes/adopted").asLong())
        .isEqualTo(metrics.at("/sync/synced").asLong() + metrics.at("/sync/pending").asLong()
            + metrics.at("/writes/coalesced").asLong() + count);
    JsonNode ready = http.get("/readyz").json();
    assertThat(ready.path("quarantined").asInt()).isEqualTo(count);
    assertThat(ready.path("status").stringValue()).isEqualTo(count == 0 ? "ready" : "degraded");
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    Console console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        new ByteArrayInputStream(new byte[0]), false);
    return new Main(console, Map.of("NIVEL_URL", server.url())).run(arguments);
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Nested
  class OverHttp {
    @Test
    void aPoisonousItemIsIsolatedListedWithoutItsContentAndStoredOnceThatIsMended()
        throws SQLException {
      http.post(items, "[1,2,3,{\"text\":\"secret\"},5,6,7,8,9,10,11,12,13,14,15]");
      JsonNode sync = http.post("/cache/sync", "").json();
      assertThat(sync.path("synced").asInt()).isEqualTo(14);
      assertThat(sync.path("quarantined").asInt()).isEqualTo(1);
      String listed = http.get("/cache/quarantine").text();
      assertThat(listed).contains("SQLSTATE P0001").doesNotContain("secret");
      JsonNode row = rows().get(0);
      assertThat(row.path("conversation_id").stringValue()).isEqualTo(id);
      assertThat(row.path("field").stringValue())
          .isEqualTo("i:" + row.path("stamp").stringValue());
      assertThat(row.path("bytes").asInt()).isEqualTo("{\"text\":\"secret\"}".length());
      assertThat(row.path("content_type").stringValue()).isEqualTo("application/json");
      assertQuarantined(1);

      String one = "/cache/quarantine/" + row.path("id");
      JsonNode refused = http.post(one, "").json();
      assertThat(refused.path("status").stringValue()).isEqualTo("quarantined");
      assertThat(refused.path("rows").get(0)).isEqualTo(rows().get(0));
      sql(TAKE_ITEMS);
      JsonNode stored = http.post(one, "").json();
      assertThat(stored.path("status").stringValue()).isEqualTo("success");
      assertThat(stored.path("synced").asInt()).isEqualTo(1);
      assertThat(rows().isEmpty()).isTrue();
      assertQuarantined(0);
      JsonNode log = http.get(items + "?last=20").json().path("items");
      assertThat(log.size()).isEqualTo(15);
      assertThat(log.get(3).path("value").path("text").stringValue()).isEqualTo("secret");
      http.post(one, "").assertProblem(404);
      http.delete(one).assertProblem(404);
    }

    @Test
    void pagesOfAllAreRetriedAndDropped() throws SQLException {
      for (int i = 0; i < 5; i++) {
        http.put(entries + "poison" + i, "1");
      }
      http.post("/cache/sync", "");
      assertQuarantined(5);
      JsonNode first = http.get("/cache/quarantine?limit=2").json();
      assertThat(first.path("has_more").asBoolean()).isTrue();
      JsonNode rest = http.get(
          "/cache/quarantine?limit=3&after=" + first.path("rows").get(1).path("id")).json();
      assertThat(rest.path("rows").size()).isEqualTo(3);
      assertThat(rest.path("has_more").asBoolean()).isFalse();
      JsonNode dropped = http.delete("/cache/quarantine?limit=2").json();
      assertThat(dropped.path("dropped").asInt()).isEqualTo(2);
      assertThat(dropped.path("has_more").asBoolean()).isTrue();
      assertThat(http.post("/cache/quarantine", "").json().path("quarantined").asInt())
          .isEqualTo(3);
      sql(TAKE_ENTRIES);
      JsonNode page = http.post("/cache/quarantine?limit=2", "").json();
      assertThat(page.path("synced").asInt()).isEqualTo(2);
      assertThat(page.path("has_more").asBoolean()).isTrue();
      assertThat(http.delete("/cache/quarantine/" + rows().get(0).path("id"))
          .json()
          .path("dropped")
          .asInt()).isEqualTo(1);
      assertQuarantined(0);
    }

    @Test
    void malformedRequestsAreRefused() {
      for (String path : List.of("/x", "/0", "/-1", "/99999999999999999999", "?limit=0",
          "?limit=1001", "?after=-1", "?before=1", "/1?force=true")) {
        http.post("/cache/quarantine" + path, "").assertProblem(400);
        http.delete("/cache/quarantine" + path).assertProblem(400);
      }
      http.get("/cache/quarantine?after=x").assertProblem(400);
      http.post("/cache/quarantine", "{}").assertProblem(413);
      http.get("/cache/quarantine/1").assertProblem(405);
    }
  }

  @Nested
  class OnTheCommandLine {
    private String quarantined() {
      http.put(entries + "poison", "{\"x\":1}");
      http.post("/cache/sync", "");
      return rows().get(0).path("id").toString();
    }

    @Test
    void listAndRetry() throws SQLException {
      assertThat(run("quarantine", "list")).isZero();
      assertThat(output()).isEqualTo("nothing is quarantined");
      String row = quarantined();
      assertThat(run("quarantine", "list")).isZero();
      assertThat(output()).startsWith(row + "  ")
          .contains(id + " e:poison at stamp ",
              "7 bytes of application/json", "SQLSTATE 23514")
          .doesNotContain("{\"x\":1}");
      assertThat(run("quarantine", "list", "--after", row)).isZero();
      assertThat(output()).isEqualTo("nothing is quarantined");
      assertThat(run("quarantine", "list", "--output", "json")).isZero();
      assertThat(output()).startsWith("{\"rows\":[{\"id\":" + row);
      assertThat(run("quarantine", "retry", row)).isEqualTo(1);
      assertThat(output()).contains("SQLSTATE 23514",
          "stored 0, coalesced 0; 1 are still quarantined");
      sql(TAKE_ENTRIES);
      assertThat(run("quarantine", "retry", row)).isZero();
      assertThat(output()).isEqualTo("stored 1, coalesced 0; 0 are still quarantined");
      assertThat(run("quarantine", "retry", row)).isEqualTo(1);
      assertThat(errors()).contains("no field of this id is quarantined (404)");
    }

    @Test
    void retryAllAndDropAll() throws SQLException {
      quarantined();
      assertThat(run("quarantine", "drop", "--all")).isEqualTo(1);
      assertThat(errors()).contains("--yes");
      assertThat(rows().size()).isEqualTo(1);
      assertThat(run("quarantine", "drop", "--all", "--yes")).isZero();
      assertThat(output()).isEqualTo("dropped 1");
      String row = quarantined();
      assertThat(run("quarantine", "drop", row, "--yes", "--output", "json")).isZero();
      assertThat(output()).startsWith("{\"status\":\"success\",\"dropped\":1,");
      quarantined();
      sql(TAKE_ENTRIES);
      assertThat(run("quarantine", "retry", "--all")).isZero();
      assertThat(output()).isEqualTo("stored 1, coalesced 0; 0 are still quarantined");
      assertThat(run("quarantine", "retry", "--all", "--output", "json")).isZero();
      assertThat(output()).contains("\"synced\":0");
    }

    @Test
    void wrongUseIsExplained() {
      assertThat(run("quarantine")).isEqualTo(2);
      assertThat(errors()).contains("list, retry or drop", "Try: nivel quarantine --help");
      assertThat(run("quarantine", "retry")).isEqualTo(2);
      assertThat(errors()).contains("--all", "Try: nivel quarantine retry --help");
      assertThat(run("quarantine", "drop", "1", "--all", "--yes")).isEqualTo(2);
      assertThat(run("quarantine", "retry", "--help")).isZero();
      assertThat(output()).contains("Usage: nivel quarantine retry");
    }
  }
}
