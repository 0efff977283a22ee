package dev.nivel.server;

import dev.nivel.DropReport;
import dev.nivel.Nivel;
import dev.nivel.RetryReport;
import dev.nivel.store.Quarantined;
import java.time.Instant;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** {@code /cache/quarantine}: what PostgreSQL refuses for good, in pages of bounded length. */
final class QuarantineRoutes {
  private static final String ALL = "/cache/quarantine";
  private static final String ONE = "/cache/quarantine/{id}";
  private static final int LISTED_DEFAULT = 100;
  private static final int LIMIT_MAX = 1_000;

  private final Nivel nivel;

  QuarantineRoutes(Nivel nivel) {
    this.nivel = nivel;
  }

  List<Route> routes() {
    return List.of(Route.get(ALL, this::list), Route.post(ALL, 0, this::retry),
        Route.delete(ALL, this::drop), Route.post(ONE, 0, this::retryOne),
        Route.delete(ONE, this::dropOne));
  }

  private static long after(Request request) {
    request.allowQuery("after", "limit");
    return request.number("after", 0, Long.MAX_VALUE).orElse(0L);
  }

  private static int limit(Request request, int unlessGiven) {
    return request.number("limit", 1, LIMIT_MAX).orElse((long) unlessGiven).intValue();
  }

  private static long id(Request request) {
    request.allowQuery();
    try {
      long id = Long.parseLong(request.parameter("id"));
      if (id > 0) {
        return id;
      }
    } catch (NumberFormatException e) {
      // falls through to the same refusal
    }
    throw Problem.malformed("a quarantined field is named by its id, a positive whole number");
  }

  private static Problem notThere() {
    return Problem.notFound("no field of this id is quarantined");
  }

  private Response list(Request request) {
    long after = after(request);
    int limit = limit(request, LISTED_DEFAULT);
    List<Quarantined> found = nivel.quarantine(after, limit + 1);
    return Response.json(200, json -> {
      json.writeStartObject();
      writeRows(json, found.subList(0, Math.min(limit, found.size())));
      json.writeBooleanProperty("has_more", found.size() > limit);
      json.writeEndObject();
    });
  }

  private static void writeRows(JsonGenerator json, List<Quarantined> rows) {
    json.writeArrayPropertyStart("rows");
    for (Quarantined row : rows) {
      json.writeStartObject();
      json.writeNumberProperty("id", row.id());
      json.writeStringProperty("conversation_id", row.conversation());
      json.writeStringProperty("field", row.key());
      json.writeStringProperty("stamp", row.stamp().toString());
      json.writeNumberProperty("bytes", row.contentBytes());
      json.writeStringProperty("content_type", row.contentType());
      json.writeNumberProperty("node", row.node());
      json.writeStringProperty("reason", row.reason());
      json.writeStringProperty("at", row.at().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private Response retry(Request request) {
    return response(nivel.retryQuarantined(after(request), limit(request, LIMIT_MAX)));
  }

  private Response retryOne(Request request) {
    return response(
        nivel.retryQuarantined(id(request)).orElseThrow(QuarantineRoutes::notThere));
  }

  private static Response response(RetryReport report) {
    return Response.json(200, json -> {
      json.writeStartObject();
      json.writeStringProperty("status", report.refused().isEmpty() ? "success" : "quarantined");
      json.writeNumberProperty("synced", report.synced());
      json.writeNumberProperty("coalesced", report.coalesced());
      json.writeNumberProperty("quarantined", report.refused().size());
      writeRows(json, report.refused());
      json.writeNumberProperty("last", report.last());
      json.writeBooleanProperty("has_more", report.hasMore());
      json.writeNumberProperty("elapsed_ms", report.elapsed().toNanos() / 1_000_000.0);
      json.writeStringProperty("timestamp", Instant.now().toString());
      json.writeEndObject();
    });
  }

  private Response drop(Request request) {
    return response(nivel.dropQuarantined(after(request), limit(request, LIMIT_MAX)));
  }

  private Response dropOne(Request request) {
    long id = id(request);
    if (!nivel.dropQuarantined(id)) {
      throw notThere();
    }
    return response(new DropReport(1, id, false));
  }

  private static Response response(DropReport report) {
    return Response.json(200, json -> {
      json.writeStartObject();
      json.writeStringProperty("status", "success");
      json.writeNumberProperty("dropped", report.dropped());
      json.writeNumberProperty("last", report.last());
      json.writeBooleanProperty("has_more", report.hasMore());
      json.writeEndObject();
    });
  }
}
