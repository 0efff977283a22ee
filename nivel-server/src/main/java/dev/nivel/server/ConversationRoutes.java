package dev.nivel.server;

import dev.nivel.ConversationContents;
import dev.nivel.EraseReceipt;
import dev.nivel.Nivel;
import dev.nivel.store.Activity;
import dev.nivel.store.Entry;
import dev.nivel.store.Stamp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code /cache/conversations} and {@code /cache/erasures}. */
final class ConversationRoutes {
  private static final String PATTERN = "/cache/conversations/{conversation_id}";
  private static final int LIMIT_DEFAULT = 100;
  private static final int LIMIT_MAX = 1_000;

  private final Nivel nivel;

  ConversationRoutes(Nivel nivel) {
    this.nivel = nivel;
  }

  List<Route> routes() {
    return List.of(Route.get(PATTERN, this::get), Route.delete(PATTERN, this::erase),
        Route.get("/cache/erasures/{stamp}", this::erasure),
        Route.get("/cache/conversations", this::list));
  }

  private Response get(Request request) {
    request.allowQuery();
    String id = request.parameter("conversation_id");
    ConversationContents all = nivel.conversationForRemote(id).all();
    String status = Tags.cacheStatus(all.isFound(),
        new Tags.Answered(all.level(), all.isStale()), nivel.mode());
    if (!all.isFound()) {
      throw Problem.notFound("nothing is known of this conversation")
          .header("Cache-Status", status);
    }
    return Response.json(200, json -> {
      json.writeStartObject();
      json.writeStringProperty("conversation_id", id);
      json.writeObjectPropertyStart("entries");
      for (Map.Entry<String, Entry> entry : new TreeMap<>(all.entries()).entrySet()) {
        json.writeObjectPropertyStart(entry.getKey());
        json.writeStringProperty("stamp", entry.getValue().stamp().toString());
        json.writeStringProperty("content_type", entry.getValue().value().contentType());
        Json.writeValue(json, entry.getValue().value());
        json.writeEndObject();
      }
      json.writeEndObject();
      ItemRoutes.writeItems(json, all.items());
      if (all.hasOlderItems()) {
        json.writeBooleanProperty("has_older_items", true);
      }
      json.writeEndObject();
    }).header("Cache-Status", status);
  }

  private Response erase(Request request) {
    request.allowQuery();
    return response(nivel.conversationForRemote(request.parameter("conversation_id")).erase());
  }

  private Response erasure(Request request) {
    request.allowQuery();
    Optional<EraseReceipt> receipt;
    try {
      receipt = nivel.erasure(Stamp.parse(request.parameter("stamp")));
    } catch (IllegalArgumentException e) {
      throw Problem.malformed("an erasure is named by its stamp, a decimal number");
    }
    return response(receipt.orElseThrow(
        () -> Problem.notFound("there is no erasure of this stamp, or it is over seven days old")));
  }

  private static Response response(EraseReceipt receipt) {
    Response response = Response.json(receipt.isComplete() ? 200 : 202, json -> {
      json.writeStartObject();
      json.writeStringProperty("conversation_id", receipt.conversation());
      json.writeStringProperty("status", receipt.isComplete() ? "erased" : "erasing");
      json.writeArrayPropertyStart(receipt.isComplete() ? "levels" : "open");
      List<String> names = receipt.isComplete() ? List.of("l1", "l2", "l3", "journals")
          : receipt.open();
      names.forEach(json::writeString);
      json.writeEndArray();
      json.writeStringProperty("stamp", receipt.stamp().toString());
      json.writeEndObject();
    });
    return receipt.isComplete() ? response
        : response.header("Location", "/cache/erasures/" + receipt.stamp());
  }

  private Response list(Request request) {
    request.allowQuery("prefix", "after", "limit");
    int limit = request.number("limit", 1, LIMIT_MAX).orElse((long) LIMIT_DEFAULT).intValue();
    List<Activity> found = nivel.conversations(request.query("prefix").orElse(""),
        request.query("after").orElse(""), limit + 1);
    return Response.json(200, json -> {
      json.writeStartObject();
      json.writeArrayPropertyStart("conversations");
      for (Activity activity : found.subList(0, Math.min(limit, found.size()))) {
        json.writeStartObject();
        json.writeStringProperty("conversation_id", activity.conversation());
        json.writeStringProperty("last_activity", activity.lastActivity().toString());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeBooleanProperty("has_more", found.size() > limit);
      json.writeEndObject();
    });
  }
}
