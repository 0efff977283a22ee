package dev.nivel.server;

import dev.nivel.Nivel;
import dev.nivel.PreloadJob;
import dev.nivel.PreloadReport;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** {@code /cache/preload}. */
final class PreloadRoutes {
  private static final int BODY_BYTES_MAX = 4 << 20;
  private static final int CONVERSATIONS_MAX = 10_000;
  private static final Duration AHEAD_MAX = Duration.ofDays(366);

  private final Nivel nivel;

  PreloadRoutes(Nivel nivel) {
    this.nivel = nivel;
  }

  List<Route> routes() {
    return List.of(Route.post("/cache/preload/{conversation_id}", 0, this::preload),
        Route.post("/cache/preload", BODY_BYTES_MAX, this::preloadMany),
        Route.get("/cache/preload/jobs/{job_id}", this::job),
        Route.delete("/cache/preload/jobs/{job_id}", this::cancel));
  }

  private Response preload(Request request) {
    request.allowQuery();
    PreloadReport report = nivel.preload(request.parameter("conversation_id"));
    if (!report.isFound()) {
      throw Problem.notFound("no level knows this conversation")
          .with("conversation_id",
              report.conversation());
    }
    return Response.json(200, json -> write(json, report));
  }

  private static void write(JsonGenerator json, PreloadReport report) {
    json.writeStartObject();
    json.writeStringProperty("status", report.isFound() ? "success" : "not_found");
    json.writeStringProperty("message", message(report));
    json.writeStringProperty("conversation_id", report.conversation());
    json.writeBooleanProperty("found", report.isFound());
    json.writeBooleanProperty("in_l1", report.isInL1());
    json.writeNumberProperty("entries", report.entries());
    json.writeNumberProperty("items", report.items());
    json.writeStringProperty("source", report.source().toString());
    json.writeNumberProperty("elapsed_ms", report.elapsed().toNanos() / 1_000_000.0);
    json.writeStringProperty("timestamp", Instant.now().toString());
    json.writeEndObject();
  }

  private static String message(PreloadReport report) {
    if (!report.isFound()) {
      return "no level knows this conversation";
    }
    return report.isInL1() ? "the conversation is in memory"
        : "the conversation is not in memory, which is full of conversations used within a minute,"
            + " or Redis did not answer";
  }

  private Response preloadMany(Request request) {
    request.allowQuery();
    JsonNode body = Json.tree(request.body());
    List<String> ids = ids(body);
    Optional<Instant> at = at(body);
    boolean isAsync = request.header("Prefer")
        .orElse("")
        .toLowerCase(Locale.ROOT)
        .contains("respond-async");
    if (at.isPresent() && at.get().isAfter(Instant.now().plus(AHEAD_MAX))) {
      throw Problem.malformed("\"at\" is at most " + AHEAD_MAX.toDays() + " days ahead");
    }
    if (isAsync || (at.isPresent() && at.get().isAfter(Instant.now()))) {
      PreloadJob job = nivel.schedulePreload(ids, at.orElseGet(Instant::now));
      return Response.json(202, json -> write(json, job))
          .header("Location", "/cache/preload/jobs/" + job.id());
    }
    List<PreloadReport> reports = nivel.preload(ids);
    return Response.json(200, json -> {
      json.writeStartObject();
      writeReports(json, reports);
      json.writeEndObject();
    });
  }

  private static List<String> ids(JsonNode body) {
    JsonNode ids = body.path("conversation_ids");
    if (!ids.isArray() || ids.isEmpty() || ids.size() > CONVERSATIONS_MAX) {
      throw Problem.malformed("\"conversation_ids\" is an array of 1 to " + CONVERSATIONS_MAX
          + " ids");
    }
    for (String name : body.propertyNames()) {
      if (!name.equals("conversation_ids") && !name.equals("at")) {
        throw Problem.malformed("the member \"" + name + "\" is not known here");
      }
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode id : ids) {
      if (!id.isString()) {
        throw Problem.malformed("an id in \"conversation_ids\" is not a string");
      }
      texts.add(id.stringValue());
    }
    return texts;
  }

  private static Optional<Instant> at(JsonNode body) {
    JsonNode at = body.path("at");
    if (at.isMissingNode() || at.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(at.asString("")));
    } catch (DateTimeException e) {
      throw Problem.malformed("\"at\" is a time such as 2026-11-23T10:00:00Z");
    }
  }

  private static void writeReports(JsonGenerator json, List<PreloadReport> reports) {
    json.writeArrayPropertyStart("results");
    reports.forEach(report -> write(json, report));
    json.writeEndArray();
  }

  private Response job(Request request) {
    request.allowQuery();
    return response(nivel.preloadJob(request.parameter("job_id")));
  }

  private Response cancel(Request request) {
    request.allowQuery();
    return response(nivel.cancelPreload(request.parameter("job_id")));
  }

  private static Response response(Optional<PreloadJob> job) {
    PreloadJob known = job.orElseThrow(() -> Problem.notFound("there is no such preload job"));
    return Response.json(200, json -> write(json, known));
  }

  private static void write(JsonGenerator json, PreloadJob job) {
    json.writeStartObject();
    json.writeStringProperty("job_id", job.id());
    json.writeStringProperty("state", job.state().name().toLowerCase(Locale.ROOT));
    json.writeStringProperty("at", job.at().toString());
    json.writeNumberProperty("conversations", job.conversations());
    writeReports(json, job.reports());
    json.writeEndObject();
  }
}
