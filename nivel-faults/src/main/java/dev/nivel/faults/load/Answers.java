package dev.nivel.faults.load;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Outcome;
import dev.nivel.faults.history.Reply;
import dev.nivel.faults.history.Seen;
import dev.nivel.faults.history.Version;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Reads what a server answers. Stateless. */
final class Answers {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Answers() {}

  /** The reply to a call, for the history. */
  static Reply of(Kind kind, String name, HttpResponse<String> response) {
    int status = response.statusCode();
    boolean isOk = status / 100 == 2;
    if (kind.isWrite()) {
      return isOk ? acknowledged(kind, response)
          : Reply.without(outcome(response), status, response.body());
    }
    if (!isOk && status != 404) {
      return Reply.without(Outcome.FAILED, status, response.body());
    }
    Seen seen = isOk ? seen(kind, name, response) : Seen.NOTHING;
    return new Reply(Outcome.OK, status, List.of(), List.of(), cacheStatus(response.headers()),
        seen);
  }

  /** Nothing is half done, but for a 503 that says so and what nobody foresaw. */
  private static Outcome outcome(HttpResponse<String> response) {
    boolean isUnknown = response.statusCode() == 500
        || response.body().contains("\"outcome\":\"unknown\"");
    return isUnknown ? Outcome.UNKNOWN : Outcome.FAILED;
  }

  private static Reply acknowledged(Kind kind, HttpResponse<String> response) {
    List<Long> stamps = new ArrayList<>();
    List<String> durability = new ArrayList<>();
    if (kind != Kind.DELETE) {
      JsonNode body = JSON.readTree(response.body());
      body.path("items").forEach(item -> stamps.add(Long.valueOf(item.path("id").stringValue())));
      if (body.has("stamp")) {
        stamps.add(Long.valueOf(body.path("stamp").stringValue()));
      }
      body.path("durability").forEach(level -> durability.add(level.stringValue()));
    }
    return new Reply(Outcome.OK, response.statusCode(), stamps, durability, "", Seen.NOTHING);
  }

  private static Seen seen(Kind kind, String name, HttpResponse<String> response) {
    if (kind == Kind.READ_ENTRY) {
      String tag = response.headers().firstValue("ETag").orElse("\"0\"");
      long stamp = Long.parseLong(tag.substring(1, tag.length() - 1));
      return new Seen(Map.of(name, new Version(stamp, response.body())), List.of(), false);
    }
    JsonNode body = JSON.readTree(response.body());
    Map<String, Version> entries = new HashMap<>();
    body.path("entries")
        .properties()
        .forEach(entry -> entries.put(entry.getKey(), version(entry.getValue(), "stamp")));
    List<Version> items = new ArrayList<>();
    body.path("items").forEach(item -> items.add(version(item, "id")));
    boolean hasMore = body.path("has_more").booleanValue(false)
        || body.path("has_older_items").booleanValue(false);
    return new Seen(entries, items, hasMore);
  }

  private static Version version(JsonNode node, String stamp) {
    return new Version(Long.parseLong(node.path(stamp).stringValue()),
        node.path("value").toString());
  }

  private static String cacheStatus(HttpHeaders headers) {
    return headers.firstValue("Cache-Status").orElse("");
  }
}
