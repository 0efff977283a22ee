package dev.nivel.server;

import dev.nivel.Settings;
import dev.nivel.server.Http.Reply;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
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

/** Entries, items and conversations over HTTP, on a server with real stores. */
class ConversationsIT {
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
  class Entries {
    @Test
    void areCreatedReplacedReadAndDeleted() {
      Reply created = http.put(entry, "{\"a\": 1.00}");
      assertThat(created.status()).isEqualTo(201);
      assertThat(created.json().path("conversation_id").stringValue()).isEqualTo(id);
      assertThat(created.json().path("name").stringValue()).isEqualTo("slots");
      assertThat(created.json().path("durability").get(0).stringValue()).isEqualTo("redis");
      String stamp = created.json().path("stamp").stringValue();
      assertThat(created.header("ETag")).isEqualTo("\"" + stamp + "\"");
      assertThat(http.put(entry, "{\"a\": 2.00}").status()).isEqualTo(200);
      Reply read = http.get(entry);
      assertThat(read.status()).isEqualTo(200);
      assertThat(read.text()).isEqualTo("{\"a\": 2.00}");
      assertThat(read.header("Content-Type")).isEqualTo("application/json");
      assertThat(read.header("Cache-Status")).isEqualTo("nivel; hit; detail=\"l1\"");
      Reply head = http.send("HEAD", entry, "");
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Content-Length")).isEqualTo("11");
      assertThat(http.delete(entry).status()).isEqualTo(204);
      assertThat(http.delete(entry).status()).isEqualTo(204);
      Reply gone = http.get(entry);
      gone.assertProblem(404);
      assertThat(gone.level()).isEqualTo("l1");
    }

    @Test
    void keepAnyBytesAndTheirContentType() {
      byte[] bytes = new byte[256];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) i;
      }
      http.send("PUT", entry, bytes, "Content-Type", "audio/opus; rate=48000");
      Reply read = http.get(entry);
      assertThat(read.body()).isEqualTo(bytes);
      assertThat(read.header("Content-Type")).isEqualTo("audio/opus; rate=48000");
      http.send("PUT", entry, new byte[0], "Content-Type", "text/plain");
      assertThat(http.get(entry).body()).isEmpty();
    }

    /** So many that some of the heads that are kept would be mistaken for others by their hash. */
    @Test
    void areAnsweredWithTheHeadOfTheirVersion() {
      for (int version = 100; version < 400; version++) {
        String value = Integer.toString(version);
        String type = version % 2 == 0 ? "application/json" : "text/plain";
        String tag = http.put(entry, value, "Content-Type", type).header("ETag");
        for (int repetition = 0; repetition < 2; repetition++) {
          Reply read = http.get(entry);
          assertThat(read.text()).isEqualTo(value);
          assertThat(read.header("ETag")).isEqualTo(tag);
          assertThat(read.header("Content-Type")).isEqualTo(type);
          assertThat(read.header("Content-Length")).isEqualTo("3");
          assertThat(read.header("Vary")).isEqualTo("Accept-Encoding");
          assertThat(read.header("X-Content-Type-Options")).isEqualTo("nosniff");
        }
        assertThat(http.get(entry, "If-None-Match", tag).status()).isEqualTo(304);
      }
    }

    @Test
    void expire() {
      assertThat(http.put(entry + "?ttl=1", "1").status()).isEqualTo(201);
      assertThat(http.get(entry).status()).isEqualTo(200);
      Awaitility.await().until(() -> http.get(entry).status() == 404);
      http.put(entry + "?ttl=0", "1").assertProblem(400);
      http.put(entry + "?ttl=soon", "1").assertProblem(400);
    }

    @Test
    void areWrittenOnConditions() {
      http.put(entry, "1", "If-Match", "\"5\"").assertProblem(412);
      Reply created = http.put(entry, "1", "If-None-Match", "*");
      assertThat(created.status()).isEqualTo(201);
      http.put(entry, "2", "If-None-Match", "*").assertProblem(412);
      String tag = created.header("ETag");
      http.delete(entry, "If-Match", "\"5\"").assertProblem(412);
      http.put(entry, "2", "If-Match", "W/" + tag).assertProblem(412);
      http.put(entry, "2", "If-Match", "5").assertProblem(400);
      assertThat(http.put(entry, "2", "If-Match", "\"7\", " + tag).status()).isEqualTo(200);
      assertThat(http.put(entry, "3", "If-Match", "*").status()).isEqualTo(200);
      String present = http.get(entry).header("ETag");
      assertThat(http.get(entry, "If-None-Match", present).status()).isEqualTo(304);
      assertThat(http.get(entry, "If-None-Match", "\"5\"").status()).isEqualTo(200);
      assertThat(http.delete(entry, "If-Match", present).status()).isEqualTo(204);
      http.delete(entry, "If-Match", "*").assertProblem(412);
    }

    @Test
    void areInSupabaseWhenThatIsAskedFor() {
      Reply reply = http.put(entry + "?durability=supabase", "1");
      assertThat(reply.json().path("durability").toString())
          .isEqualTo("[\"redis\",\"journal\",\"supabase\"]");
      assertThat(http.delete(entry + "?durability=supabase").status()).isEqualTo(204);
      http.put(entry + "?durability=disk", "1").assertProblem(400);
    }

    @Test
    void areRefusedIfTheyAreTooLargeOrNotTheJsonThatTheyClaimToBe() {
      http.put(entry, "\"" + "x".repeat(1 << 20) + "\"").assertProblem(413);
      assertThat(http.put(entry, "\"" + "x".repeat((1 << 20) - 2) + "\"").status())
          .isEqualTo(201);
      http.put(entry, "{oops}").assertProblem(400);
      http.send("PUT", entry, new byte[]{'"', (byte) 0xff, '"'}).assertProblem(400);
      http.put(entry + "?tll=5", "1").assertProblem(400);
      http.put(entry, "1", "Content-Type", "x".repeat(256)).assertProblem(400);
    }
  }

  @Nested
  class Items {
    @Test
    void areAppendedAndReadInTheirOrder() {
      Reply one = http.post(items, "{\"turn\": 1.0}");
      assertThat(one.status()).isEqualTo(201);
      assertThat(one.json().path("conversation_id").stringValue()).isEqualTo(id);
      assertThat(one.json().path("durability").get(0).stringValue()).isEqualTo("redis");
      Reply more = http.post(items, " [ {\"turn\":2} , \"three\", [4], 5.50, null ] ");
      assertThat(more.json().path("items").size()).isEqualTo(5);
      http.post(items, "{\"turn\":7}\n\n{\"turn\":8}\r\n", "Content-Type", "application/x-ndjson");
      Reply read = http.get(items + "?last=20");
      assertThat(read.text()).contains("\"value\":{\"turn\": 1.0}", "\"value\":5.50");
      JsonNode page = read.json();
      assertThat(page.path("items").size()).isEqualTo(8);
      assertThat(page.path("has_more").asBoolean()).isFalse();
      JsonNode first = page.path("items").get(0);
      assertThat(first.path("id")).isEqualTo(one.json().path("items").get(0).path("id"));
      assertThat(Instant.parse(first.path("at").stringValue())).isBefore(Instant.now());
      assertThat(http.get(items + "?last=3").json().path("has_more").asBoolean()).isTrue();
      assertThat(http.get(items).json().path("items").size()).isEqualTo(8);
    }

    @Test
    void arePagedAfterAnId() {
      List<String> ids = new ArrayList<>();
      for (JsonNode item : http.post(items, "[1,2,3,4,5]").json().path("items")) {
        ids.add(item.path("id").stringValue());
      }
      JsonNode page = http.get(items + "?after=" + ids.get(1) + "&limit=2").json();
      assertThat(page.path("items").get(0).path("id").stringValue()).isEqualTo(ids.get(2));
      assertThat(page.path("items").size()).isEqualTo(2);
      assertThat(page.path("has_more").asBoolean()).isTrue();
      assertThat(http.get(items + "?after=" + ids.get(4)).json().path("items").size()).isZero();
    }

    @Test
    void ofAnUnknownConversationAreNone() {
      Reply reply = http.get(items + "?last=5");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.json().path("items").size()).isZero();
      assertThat(reply.header("Cache-Status")).startsWith("nivel; fwd=miss");
    }

    @Test
    void areRefusedAltogetherIfAnyCanNotBeTaken() {
      http.post(items, "").assertProblem(400);
      http.post(items, "[]").assertProblem(400);
      http.post(items, "5").assertProblem(400);
      http.post(items, "[1,2").assertProblem(400);
      http.post(items, "{\"a\":1}\n{\"b\"", "Content-Type", "application/x-ndjson")
          .assertProblem(400);
      http.post(items, "a=1", "Content-Type", "application/x-www-form-urlencoded")
          .assertProblem(415);
      http.post(items, "[" + "1,".repeat(1_000) + "1]").assertProblem(413);
      http.post(items, "[1,\"" + "x".repeat(1 << 20) + "\"]").assertProblem(413);
      http.post(items, "[\"" + "x".repeat(9 << 20) + "\"]").assertProblem(413);
      for (String query : List.of("last=0", "last=1001", "last=x", "limit=0", "after=x",
          "last=1&after=5", "first=1")) {
        http.get(items + "?" + query).assertProblem(400);
      }
      assertThat(http.get(items).json().path("items").size()).isZero();
    }
  }

  @Nested
  class Conversations {
    private final String conversation = "/cache/conversations/" + id;

    @Test
    void areReadWhole() {
      http.get(conversation).assertProblem(404);
      http.put(entry, "{\"a\": 1.0}");
      http.put("/cache/conversations/" + id + "/entries/note", "hola", "Content-Type",
          "text/plain");
      http.send("PUT", "/cache/conversations/" + id + "/entries/audio", new byte[]{0, -1},
          "Content-Type", "audio/opus");
      http.post(items, "[{\"turn\":1},{\"turn\":2}]");
      JsonNode all = http.get(conversation).json();
      assertThat(all.path("conversation_id").stringValue()).isEqualTo(id);
      assertThat(all.path("entries").path("slots").path("value").toString())
          .isEqualTo("{\"a\":1.0}");
      assertThat(all.path("entries").path("slots").path("content_type").stringValue())
          .isEqualTo("application/json");
      assertThat(all.path("entries").path("slots").path("stamp").stringValue()).isNotEmpty();
      assertThat(all.path("entries").path("note").path("value").stringValue()).isEqualTo("hola");
      assertThat(all.path("entries").path("audio").path("base64").stringValue())
          .isEqualTo(Base64.getEncoder().encodeToString(new byte[]{0, -1}));
      assertThat(all.path("items").size()).isEqualTo(2);
    }

    @Test
    void areErasedAtEveryLevel() {
      http.put(entry, "1");
      http.post(items, "[1,2]");
      http.post("/cache/sync", "");
      Reply erased = http.delete(conversation);
      assertThat(erased.status()).isEqualTo(200);
      assertThat(erased.json().path("status").stringValue()).isEqualTo("erased");
      assertThat(erased.json().path("levels").toString())
          .isEqualTo("[\"l1\",\"l2\",\"l3\",\"journals\"]");
      http.get(conversation).assertProblem(404);
      http.post("/cache/preload/" + id, "").assertProblem(404);
      String stamp = erased.json().path("stamp").stringValue();
      assertThat(http.get("/cache/erasures/" + stamp).status()).isEqualTo(200);
      http.get("/cache/erasures/5").assertProblem(404);
      http.get("/cache/erasures/x").assertProblem(400);
      http.put(entry, "2");
      assertThat(http.get(conversation).json().path("entries").size()).isEqualTo(1);
    }

    @Test
    void areListedAsOfTheLastSync() {
      for (String suffix : List.of("a", "b", "c")) {
        http.put("/cache/conversations/" + id + "%2F" + suffix + "/entries/x", "1");
      }
      http.post("/cache/sync", "");
      JsonNode page = http.get("/cache/conversations?prefix=" + id + "%2F&limit=2").json();
      assertThat(page.path("conversations").size()).isEqualTo(2);
      assertThat(page.path("has_more").asBoolean()).isTrue();
      assertThat(page.path("conversations").get(0).path("conversation_id").stringValue())
          .isEqualTo(id + "/a");
      assertThat(Instant.parse(
          page.path("conversations").get(0).path("last_activity").stringValue()))
          .isBefore(Instant.now().plusSeconds(5));
      JsonNode rest = http.get("/cache/conversations?prefix=" + id + "%2F&after=" + id + "%2Fb")
          .json();
      assertThat(rest.path("conversations").size()).isEqualTo(1);
      http.get("/cache/conversations?limit=0").assertProblem(400);
    }
  }
}
