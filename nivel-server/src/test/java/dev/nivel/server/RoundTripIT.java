package dev.nivel.server;

import dev.nivel.cli.ServeProcess;
import dev.nivel.json.RawJson;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * From HTTP through memory and Redis to PostgreSQL and back: the sample is written, synced, Redis
 * loses everything, and after a preload every value is what was written, byte for byte.
 */
class RoundTripIT {
  private static final Path SAMPLE = Path.of("..", "samples", "calls.jsonl");

  /** A line of the sample, with its values as they are written there. */
  private record Call(String id, Map<String, String> entries, List<String> items) {
    static Call of(String line) {
      Map<String, String> members = RawJson.members(line);
      return new Call(RawJson.string(members.getOrDefault("conversation_id", "")),
          RawJson.members(members.getOrDefault("entries", "{}")),
          RawJson.elements(members.getOrDefault("items", "[]")));
    }

    String path() {
      return "/cache/conversations/" + encode(id);
    }
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static void write(Http http, Call call) {
    call.entries()
        .forEach((name, json) -> assertThat(
            http.put(call.path() + "/entries/" + encode(name), json).status()).isEqualTo(201));
    String body = "[" + String.join(",", call.items()) + "]";
    assertThat(http.post(call.path() + "/items", body).status()).isEqualTo(201);
  }

  private static void assertSame(Http http, Call call, String level) {
    call.entries().forEach((name, json) -> {
      Http.Reply reply = http.get(call.path() + "/entries/" + encode(name));
      assertThat(reply.text()).isEqualTo(json);
      assertThat(reply.level()).isEqualTo(level);
    });
    Http.Reply reply = http.get(call.path() + "/items?last=1000");
    assertThat(reply.level()).isEqualTo(level);
    List<String> items = new ArrayList<>();
    for (String item : RawJson.elements(
        RawJson.members(reply.text()).getOrDefault("items", "[]"))) {
      items.add(RawJson.members(item).getOrDefault("value", ""));
    }
    assertThat(items).isEqualTo(call.items());
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void whatWasSyncedComesBackFromPostgresWhenRedisHasLostEverything(@TempDir Path directory)
      throws IOException {
    List<Call> calls = Files.readAllLines(SAMPLE).stream().map(Call::of).toList();
    assertThat(calls).hasSize(20);
    Path data = directory.resolve("data");
    Map<String, String> environment = Map.of("NIVEL_DATA_DIR", data.toString());
    try (ServeProcess server = ServeProcess.start(directory, environment)) {
      Http http = new Http(server.url());
      calls.forEach(call -> write(http, call));
      int fields = calls.stream()
          .mapToInt(call -> call.entries().size() + call.items().size())
          .sum();
      assertThat(http.post("/cache/sync", "").json().path("pending").asInt()).isZero();
      assertThat(http.get("/cache/metrics").json().at("/sync/synced").asInt()).isEqualTo(fields);
    }
    deleteAll(data.resolve("redis"));
    try (ServeProcess server = ServeProcess.start(directory, environment)) {
      Http http = new Http(server.url());
      Call first = calls.get(0);
      assertThat(http.get(first.path() + "/items").level()).isEqualTo("l3");
      assertThat(http.get(first.path() + "/items").level()).isEqualTo("l1");
      for (Call call : calls) {
        Http.Reply report = http.post("/cache/preload/" + encode(call.id()), "");
        assertThat(report.json().path("source").stringValue())
            .isEqualTo(call.equals(first) ? "l1" : "l3");
        assertSame(http, call, "l1");
      }
    }
  }
}
