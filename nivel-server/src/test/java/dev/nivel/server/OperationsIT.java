package dev.nivel.server;

import dev.nivel.Settings;
import dev.nivel.server.Http.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Preload, sync, metrics, health and documentation over HTTP, on a server with real stores. */
class OperationsIT {
  private static Server server;
  private static Http http;

  private final String id = "call-" + UUID.randomUUID();
  private final String entry = "/cache/conversations/" + id + "/entries/slots";
  private final String items = "/cache/conversations/" + id + "/items";

  @BeforeAll
  static void start(@TempDir Path directory) {
    server = Server.start(Settings.of(
        Map.of("NIVEL_DATA_DIR", directory.toString(), "NIVEL_PORT", "0")));
    http = new Http(server.url());
  }

  @AfterAll
  static void end() {
    server.close();
  }

  @Nested
  class PreloadAndSync {
    @Test
    void preloadOne() {
      http.post(items, "[1,2,3]");
      http.put(entry, "1");
      JsonNode report = http.post("/cache/preload/" + id, "").json();
      assertThat(report.path("status").stringValue()).isEqualTo("success");
      assertThat(report.path("found").asBoolean()).isTrue();
      assertThat(report.path("entries").asInt()).isEqualTo(1);
      assertThat(report.path("items").asInt()).isEqualTo(3);
      assertThat(report.path("source").stringValue()).isIn("l1", "l2", "l3");
      assertThat(report.path("elapsed_ms").asDouble()).isPositive();
      assertThat(http.get(items).level()).isEqualTo("l1");
      http.post("/cache/preload/nobody", "").assertProblem(404);
      http.post("/cache/preload/" + id, "{}").assertProblem(413);
    }

    @Test
    void preloadManyNowAndLater() {
      http.put(entry, "1");
      String body = "{\"conversation_ids\":[\"" + id + "\",\"nobody\"]}";
      JsonNode results = http.post("/cache/preload", body).json().path("results");
      assertThat(results.get(0).path("found").asBoolean()).isTrue();
      assertThat(results.get(1).path("found").asBoolean()).isFalse();
      Reply accepted = http.post("/cache/preload", body, "Prefer", "respond-async");
      assertThat(accepted.status()).isEqualTo(202);
      String job = "/cache/preload/jobs/" + accepted.json().path("job_id").stringValue();
      assertThat(accepted.header("Location")).isEqualTo(job);
      Awaitility.await()
          .until(
              () -> http.get(job).json().path("state").stringValue().equals("done"));
      assertThat(http.get(job).json().path("results").size()).isEqualTo(2);
      Reply later = http.post("/cache/preload", "{\"conversation_ids\":[\"" + id
          + "\"],\"at\":\"" + Instant.now().plus(Duration.ofHours(1)) + "\"}");
      assertThat(later.status()).isEqualTo(202);
      String waiting = "/cache/preload/jobs/" + later.json().path("job_id").stringValue();
      assertThat(http.delete(waiting).json().path("state").stringValue()).isEqualTo("cancelled");
      http.get("/cache/preload/jobs/nobody").assertProblem(404);
      for (String broken : List.of("{}", "[]", "{\"conversation_ids\":[]}",
          "{\"conversation_ids\":[5]}", "{\"conversation_ids\":[\"\"]}",
          "{\"conversation_ids\":[\"a\"],\"at\":\"soon\"}",
          "{\"conversation_ids\":[\"a\"],\"at\":{}}",
          "{\"conversation_ids\":[\"a\"],\"at\":\"2099-01-01T00:00:00Z\"}",
          "{\"conversation_ids\":[\"a\"],\"when\":1}", "{")) {
        http.post("/cache/preload", broken).assertProblem(400);
      }
    }

    @Test
    void sync() {
      http.post(items, "[1,2,3]");
      JsonNode one = http.post("/cache/sync/" + id, "").json();
      assertThat(one.path("status").stringValue()).isEqualTo("success");
      assertThat(one.path("synced").asInt()).isEqualTo(3);
      http.put(entry, "1");
      JsonNode all = http.post("/cache/sync", "").json();
      assertThat(all.path("synced").asInt()).isPositive();
      assertThat(all.path("failed").asInt()).isZero();
      assertThat(all.path("batches").asInt()).isPositive();
      assertThat(all.path("timestamp").stringValue()).isNotEmpty();
    }
  }

  @Nested
  class MetricsAndHealth {
    @Test
    void haveAllDocumentedKeysWithTrueFigures() {
      http.put(entry, "\"" + "hola ".repeat(2_000) + "\"");
      http.get(entry);
      http.post("/cache/sync", "");
      JsonNode metrics = http.get("/cache/metrics").json();
      for (String path : List.of("/timestamp", "/uptime_seconds", "/version", "/levels/l1/hits",
          "/levels/l1/misses", "/levels/l1/hit_ratio", "/levels/l1/latency_us/p50",
          "/levels/l1/latency_us/p95", "/levels/l1/latency_us/p99", "/levels/l1/latency_us/max",
          "/levels/l1/conversations", "/levels/l1/capacity", "/levels/l1/bytes",
          "/levels/l1/evictions", "/levels/l1/expirations", "/levels/l2/hits",
          "/levels/l2/misses", "/levels/l2/errors", "/levels/l2/hit_ratio",
          "/levels/l2/latency_us", "/levels/l2/used_memory_bytes", "/levels/l3/hits",
          "/levels/l3/misses", "/levels/l3/errors", "/levels/l3/hit_ratio",
          "/levels/l3/latency_us", "/reads/total", "/reads/hits", "/reads/misses",
          "/reads/errors", "/reads/hit_ratio", "/writes/acknowledged", "/writes/refused",
          "/writes/coalesced", "/compression/raw_bytes", "/compression/stored_bytes",
          "/compression/ratio", "/compression/compressed", "/compression/skipped",
          "/compression/with_dictionary", "/compression/dictionary/in_use",
          "/compression/dictionary/sample_bytes",
          "/memory/l1_bytes", "/memory/outbox_bytes", "/memory/l2_bytes",
          "/memory/heap_used_bytes", "/sync/interval_seconds", "/sync/batch_size", "/sync/runs",
          "/sync/runs_per_hour", "/sync/synced", "/sync/failed", "/sync/quarantined",
          "/sync/pending", "/sync/oldest_pending_seconds", "/sync/last_run",
          "/breakers/redis/state", "/breakers/redis/consecutive_failures",
          "/breakers/redis/opened", "/breakers/redis/since", "/breakers/supabase/state",
          "/breakers/supabase/since", "/levels/l3/loads", "/mode", "/mode_reason",
          "/mode_since")) {
        assertThat(metrics.at(path).isMissingNode()).as(path).isFalse();
      }
      assertThat(metrics.at("/levels/l1/capacity").asInt()).isEqualTo(100);
      assertThat(metrics.at("/levels/l2/used_memory_bytes").asLong()).isPositive();
      assertThat(metrics.at("/compression/ratio").asDouble()).isGreaterThan(1);
      assertThat(metrics.at("/compression/compressed").asInt()).isPositive();
      assertThat(metrics.at("/sync/interval_seconds").asInt()).isEqualTo(300);
      assertThat(metrics.at("/mode").stringValue()).isEqualTo("normal");
      assertThat(metrics.at("/writes/acknowledged").asLong())
          .isEqualTo(metrics.at("/sync/synced").asLong() + metrics.at("/sync/pending").asLong()
              + metrics.at("/writes/coalesced").asLong()
              + metrics.at("/sync/quarantined").asLong()
              - metrics.at("/writes/adopted").asLong());
    }

    @Test
    void speakPrometheus() {
      http.put(entry, "1");
      http.get(entry);
      String text = http.get("/metrics").text();
      assertThat(text).contains(
          "cache_gets_total{cache=\"nivel\",level=\"l1\",name=\"nivel\",result=\"hit\"}",
          "cache_puts_total", "cache_size", "cache_evictions_total",
          "resilience4j_circuitbreaker_state{name=\"redis\",state=\"closed\"} 1.0",
          "nivel_mode{cache=\"nivel\",mode=\"normal\",name=\"nivel\"} 1.0",
          "nivel_l3_loads_total", "nivel_sync_pending", "jvm_memory_used_bytes");
      assertThat(http.get("/metrics").header("Content-Type")).startsWith("text/plain");
    }

    @Test
    void sayHowItIs() {
      assertThat(http.get("/livez").status()).isEqualTo(200);
      JsonNode ready = http.get("/readyz").json();
      assertThat(ready.path("status").stringValue()).isEqualTo("ready");
      assertThat(ready.path("mode").stringValue()).isEqualTo("normal");
      assertThat(ready.path("mode_reason").stringValue()).isEmpty();
      assertThat(Instant.parse(ready.path("mode_since").stringValue()))
          .isBefore(Instant.now().plusSeconds(1));
      assertThat(http.get("/health").json()).isEqualTo(ready);
    }
  }

  @Nested
  class Documentation {
    @Test
    void namesEveryRoute() {
      String page = http.get("/").text();
      assertThat(page).contains("/cache/conversations/{conversation_id}/entries/{name}",
          "/cache/sync", "/openapi.json");
      assertThat(http.get("/").header("Content-Type")).isEqualTo("text/html; charset=utf-8");
      assertThat(http.get("/openapi.json").json().path("openapi").stringValue())
          .startsWith("3.1");
    }

    @Test
    void isNotWhatUnknownRoutesAndMethodsGet() {
      http.get("/nowhere").assertProblem(404);
      http.get("/cache").assertProblem(404);
      http.get("/cache/conversations/a/entries").assertProblem(404);
      Reply wrong = http.post(entry, "1");
      wrong.assertProblem(405);
      assertThat(wrong.header("Allow")).isEqualTo("DELETE, GET, HEAD, PUT");
      http.send("PATCH", "/cache/sync", "{}").assertProblem(405);
      assertThat(new String(http.send("HEAD", "/livez", "").body(), StandardCharsets.UTF_8))
          .isEmpty();
    }
  }
}
