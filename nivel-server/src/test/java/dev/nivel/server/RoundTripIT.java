package dev.nivel.server;

import dev.nivel.cli.ServeProcess;
import dev.nivel.json.RawJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * From HTTP through memory and Redis to PostgreSQL and back: the sample is written, synced, Redis
 * loses everything, and after a preload every value is what was written, byte for byte.
 */
class RoundTripIT {
  /** Another one may be given, as for import, also with .gz. */
  private static final String SAMPLE = System.getProperty("nivel.sample", "../samples/calls.jsonl");

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

  /** On a busy machine memory may not have heard of Redis lately enough to be believed. */
  private static void assertSame(Http http, Call call) {
    call.entries().forEach((name, json) -> {
      Http.Reply reply = http.get(call.path() + "/entries/" + encode(name));
      assertThat(reply.text()).isEqualTo(json);
      assertThat(reply.level()).isIn("l1", "l2");
    });
    Http.Reply reply = http.get(call.path() + "/items?last=1000");
    assertThat(reply.level()).isIn("l1", "l2");
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

  private static List<Call> sample() throws IOException {
    try (InputStream raw = Files.newInputStream(Path.of(SAMPLE));
        InputStream in = SAMPLE.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader lines = new BufferedReader(
            new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines.lines().map(Call::of).toList();
    }
  }

  /** The variables of the server but for its data directory. */
  Map<String, String> supabase(Path stores) {
    return Map.of();
  }

  @Test
  void whatWasSyncedComesBackFromPostgresWhenRedisHasLostEverything(@TempDir Path directory)
      throws IOException {
    List<Call> calls = sample();
    assertThat(calls).hasSizeGreaterThanOrEqualTo(20);
    Path data = directory.resolve("data");
    Map<String, String> environment = new HashMap<>(supabase(directory.resolve("stores")));
    environment.put("NIVEL_DATA_DIR", data.toString());
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
      assertThat(http.get(first.path() + "/items").level()).isIn("l1", "l2");
      for (Call call : calls) {
        Http.Reply report = http.post("/cache/preload/" + encode(call.id()), "");
        assertThat(report.json().path("source").stringValue())
            .isIn(call.equals(first) ? List.of("l1", "l2") : List.of("l3"));
        assertSame(http, call);
      }
    }
  }
}
