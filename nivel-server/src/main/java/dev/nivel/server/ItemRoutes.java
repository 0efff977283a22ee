package dev.nivel.server;

import dev.nivel.Conversation;
import dev.nivel.ItemsPage;
import dev.nivel.Nivel;
import dev.nivel.Receipt;
import dev.nivel.WriteOptions;
import dev.nivel.json.RawJson;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** {@code /cache/conversations/{conversation_id}/items}. */
final class ItemRoutes {
  private static final String PATTERN = "/cache/conversations/{conversation_id}/items";
  private static final Set<String> LINES = Set.of("application/x-ndjson", "application/jsonl",
      "application/x-jsonlines");
  private static final int LIMIT_DEFAULT = 100;
  private static final int LIMIT_MAX = 1_000;
  /** A body may hold several values of the greatest length. */
  private static final int VALUES_A_BODY = 8;

  private final Nivel nivel;
  private final int bodyBytesMax;

  ItemRoutes(Nivel nivel, int valueBytesMax) {
    this.nivel = nivel;
    bodyBytesMax = (int) Math.min(Integer.MAX_VALUE / 2, (long) valueBytesMax * VALUES_A_BODY);
  }

  List<Route> routes() {
    return List.of(Route.post(PATTERN, bodyBytesMax, this::append),
        Route.get(PATTERN, this::read).orFromMemory(this::readFromMemory));
  }

  private Conversation conversation(Request request) {
    return nivel.conversationForRemote(request.parameter("conversation_id"));
  }

  private Response append(Request request) {
    request.allowQuery("durability");
    WriteOptions options = idempotent(request,
        EntryRoutes.durable(request, WriteOptions.DEFAULT));
    List<Value> items = items(request).stream().map(Value::json).toList();
    Receipt receipt = conversation(request).append(items, options);
    return Response.json(201, json -> {
      json.writeStartObject();
      json.writeStringProperty("conversation_id", request.parameter("conversation_id"));
      json.writeArrayPropertyStart("items");
      for (Stamp id : receipt.stamps()) {
        json.writeStartObject();
        json.writeStringProperty("id", id.toString());
        json.writeEndObject();
      }
      json.writeEndArray();
      EntryRoutes.writeDurability(json, receipt);
      json.writeEndObject();
    });
  }

  private static WriteOptions idempotent(Request request, WriteOptions options) {
    Optional<String> key = request.header("Idempotency-Key");
    if (key.isPresent() && !WriteOptions.isIdempotencyKey(key.get())) {
      throw new Problem(422, "an Idempotency-Key is 1 to " + WriteOptions.IDEMPOTENCY_KEY_LENGTH_MAX
          + " visible ASCII characters, not one of length " + key.get().length());
    }
    return key.map(options::idempotent).orElse(options);
  }

  /** The JSON texts of the items in a body. */
  private static List<String> items(Request request) {
    String type = request.header("Content-Type").orElse(Value.JSON).split(";", 2)[0].strip()
        .toLowerCase(Locale.ROOT);
    if (!type.equals(Value.JSON) && !LINES.contains(type)) {
      throw new Problem(415, "items are application/json or application/x-ndjson, not " + type);
    }
    return Json.ofBody(() -> {
      String text = RawJson.text(request.body());
      return LINES.contains(type) ? lines(text) : objectOrElements(text);
    });
  }

  private static List<String> lines(String text) {
    List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    lines.forEach(RawJson::check);
    return lines;
  }

  private static List<String> objectOrElements(String text) {
    String stripped = text.strip();
    if (stripped.startsWith("[")) {
      return RawJson.elements(stripped);
    }
    RawJson.checkObject(stripped);
    return List.of(stripped);
  }

  /** What a read asks for. */
  private record Wanted(Optional<Stamp> after, int count) {
    static Wanted of(Request request) {
      request.allowQuery("last", "after", "limit");
      Optional<Long> last = request.number("last", 1, LIMIT_MAX);
      Optional<Long> limit = request.number("limit", 1, LIMIT_MAX);
      Optional<Stamp> after = request.query("after").map(Wanted::stamp);
      if (last.isPresent() && (after.isPresent() || limit.isPresent())) {
        throw Problem.malformed("\"last\" goes with neither \"after\" nor \"limit\"");
      }
      long count = last.or(() -> limit).orElse((long) LIMIT_DEFAULT);
      return new Wanted(last.isPresent() ? Optional.empty() : after, (int) count);
    }

    private static Stamp stamp(String text) {
      try {
        return Stamp.parse(text);
      } catch (IllegalArgumentException e) {
        throw Problem.malformed("the query parameter \"after\" is not the id of an item");
      }
    }
  }

  private Response read(Request request) {
    Wanted wanted = Wanted.of(request);
    Conversation conversation = conversation(request);
    return response(conversation.id(),
        wanted.after()
            .map(after -> conversation.after(after, wanted.count()))
            .orElseGet(() -> conversation.last(wanted.count())));
  }

  private Optional<Response> readFromMemory(Request request) {
    Wanted wanted = Wanted.of(request);
    Conversation conversation = conversation(request);
    Optional<ItemsPage> page = wanted.after().isPresent()
        ? conversation.peekAfter(wanted.after().get(), wanted.count())
        : conversation.peekLast(wanted.count());
    return page.map(known -> response(conversation.id(), known));
  }

  private Response response(String conversation, ItemsPage page) {
    return Response.json(200, json -> {
      json.writeStartObject();
      json.writeStringProperty("conversation_id", conversation);
      writeItems(json, page.items());
      json.writeBooleanProperty("has_more", page.hasMore());
      json.writeEndObject();
    })
        .header("Cache-Status",
            Tags.cacheStatus(!page.items().isEmpty(),
                new Tags.Answered(page.level(), page.isStale()), nivel.mode()));
  }

  /** Writes the member {@code items}. */
  static void writeItems(JsonGenerator json, List<Item> items) {
    json.writeArrayPropertyStart("items");
    for (Item item : items) {
      json.writeStartObject();
      json.writeStringProperty("id", item.stamp().toString());
      json.writeStringProperty("at", item.stamp().instant().toString());
      Json.writeValue(json, item.value());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
