package dev.nivel.server;

import dev.nivel.Answer;
import dev.nivel.Conversation;
import dev.nivel.Durability;
import dev.nivel.Nivel;
import dev.nivel.Receipt;
import dev.nivel.WriteOptions;
import dev.nivel.json.RawJson;
import dev.nivel.store.Entry;
import dev.nivel.store.Value;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** {@code /cache/conversations/{conversation_id}/entries/{name}}. */
final class EntryRoutes {
  private static final String PATTERN = "/cache/conversations/{conversation_id}/entries/{name}";
  private static final long TTL_SECONDS_MAX = 315_360_000;

  private final Nivel nivel;
  private final int valueBytesMax;

  EntryRoutes(Nivel nivel, int valueBytesMax) {
    this.nivel = nivel;
    this.valueBytesMax = valueBytesMax;
  }

  List<Route> routes() {
    return List.of(Route.put(PATTERN, valueBytesMax, this::put),
        Route.get(PATTERN, this::get).orFromMemory(this::getFromMemory),
        Route.delete(PATTERN, this::delete));
  }

  private Conversation conversation(Request request) {
    return nivel.conversationForRemote(request.parameter("conversation_id"));
  }

  private Response put(Request request) {
    request.allowQuery("ttl", "durability");
    WriteOptions options = options(request);
    Optional<Long> ttl = request.number("ttl", 1, TTL_SECONDS_MAX);
    if (ttl.isPresent()) {
      options = options.expiringAfter(Duration.ofSeconds(ttl.get()));
    }
    Receipt receipt = conversation(request).put(request.parameter("name"), value(request), options);
    return Response.json(receipt.isCreated() ? 201 : 200, json -> {
      json.writeStartObject();
      json.writeStringProperty("conversation_id", request.parameter("conversation_id"));
      json.writeStringProperty("name", request.parameter("name"));
      json.writeStringProperty("stamp", receipt.stamp().toString());
      writeDurability(json, receipt);
      json.writeEndObject();
    }).header("ETag", Tags.of(receipt.stamp()));
  }

  private static Value value(Request request) {
    String contentType = request.header("Content-Type").orElse(Value.JSON);
    if (!Value.isContentType(contentType)) {
      throw Problem.malformed("the Content-Type is not 1 to 255 visible ASCII characters");
    }
    if (Json.isJson(contentType)) {
      Json.ofBody(() -> {
        RawJson.check(RawJson.text(request.body()));
        return true;
      });
    }
    return Value.of(request.body(), contentType);
  }

  private WriteOptions options(Request request) {
    WriteOptions options = durable(request, WriteOptions.DEFAULT);
    return Tags.condition(request, options, conversation(request), request.parameter("name"));
  }

  /** What {@code ?durability=} means for a write. */
  static WriteOptions durable(Request request, WriteOptions options) {
    Optional<String> durability = request.query("durability");
    if (durability.isEmpty()) {
      return options;
    }
    if (!durability.get().equals(Durability.SUPABASE.toString())) {
      throw Problem.malformed("the query parameter \"durability\" takes only supabase");
    }
    return options.durable();
  }

  static void writeDurability(JsonGenerator json, Receipt receipt) {
    json.writeArrayPropertyStart("durability");
    for (Durability each : Durability.values()) {
      if (receipt.durability().contains(each)) {
        json.writeString(each.toString());
      }
    }
    json.writeEndArray();
  }

  private Response get(Request request) {
    request.allowQuery();
    return response(request, conversation(request).read(request.parameter("name")));
  }

  private Optional<Response> getFromMemory(Request request) {
    request.allowQuery();
    return conversation(request).peek(request.parameter("name"))
        .map(answer -> response(request, answer));
  }

  private Response response(Request request, Answer answer) {
    String status = Tags.cacheStatus(answer.entry().isPresent(),
        new Tags.Answered(answer.level(), answer.isStale()), nivel.mode());
    if (answer.entry().isEmpty()) {
      throw Problem.notFound("there is no such entry").header("Cache-Status", status);
    }
    Entry entry = answer.entry().get();
    Response response = Tags.isNamedBy(request, entry.stamp()) ? Response.empty(304)
        : body(request, entry.value());
    return response.header("ETag", Tags.of(entry.stamp()))
        .header("Cache-Status", status)
        .header("Vary", "Accept-Encoding");
  }

  /** The value, in the form in which Redis keeps it if that is at hand and the caller takes it. */
  private static Response body(Request request, Value value) {
    Optional<byte[]> deflated = value.deflated();
    if (deflated.isEmpty()
        || !request.header("Accept-Encoding").map(Codings::isDeflateTaken).orElse(false)) {
      return Response.of(200, value.contentType(), value.bytes()).recurring();
    }
    return Response.of(200, value.contentType(), deflated.get())
        .header("Content-Encoding", "deflate")
        .recurring();
  }

  private Response delete(Request request) {
    request.allowQuery("durability");
    conversation(request).delete(request.parameter("name"), options(request));
    return Response.empty(204);
  }
}
