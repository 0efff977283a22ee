package dev.nivel.server;

import dev.nivel.Nivel;
import dev.nivel.SyncReport;
import java.time.Instant;
import java.util.List;

/** {@code /cache/sync}. */
final class SyncRoutes {
  /** Many clients send an empty object with every POST. */
  private static final int IGNORED_BYTES_MAX = 1_024;

  private final Nivel nivel;

  SyncRoutes(Nivel nivel) {
    this.nivel = nivel;
  }

  List<Route> routes() {
    return List.of(Route.post("/cache/sync", IGNORED_BYTES_MAX, this::sync),
        Route.post("/cache/sync/{conversation_id}", IGNORED_BYTES_MAX, this::syncOne));
  }

  private Response sync(Request request) {
    request.allowQuery();
    return response(nivel.sync());
  }

  private Response syncOne(Request request) {
    request.allowQuery();
    return response(nivel.sync(request.parameter("conversation_id")));
  }

  private static Response response(SyncReport report) {
    return Response.json(200, json -> {
      json.writeStartObject();
      json.writeStringProperty("status", "success");
      json.writeNumberProperty("synced", report.synced());
      json.writeNumberProperty("failed", report.failed());
      json.writeNumberProperty("quarantined", report.quarantined());
      json.writeNumberProperty("pending", report.pending());
      json.writeNumberProperty("batches", report.batches());
      json.writeNumberProperty("elapsed_ms", report.elapsed().toNanos() / 1_000_000.0);
      json.writeStringProperty("timestamp", Instant.now().toString());
      json.writeEndObject();
    });
  }
}
