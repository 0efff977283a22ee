package dev.nivel.server;

import dev.nivel.Metrics;
import dev.nivel.Mode;
import dev.nivel.Nivel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /livez}, {@code /readyz}, {@code /health}. Live never depends on Redis or Supabase; ready
 * stays true while degraded, and says so.
 */
final class HealthRoutes {
  private final Nivel nivel;

  HealthRoutes(Nivel nivel) {
    this.nivel = nivel;
  }

  List<Route> routes() {
    // Answered on the event loop, so that a server with too much to do still says that it lives.
    return List.of(
        Route.get("/livez", this::live).open().orFromMemory(r -> Optional.of(live(r))),
        Route.get("/readyz", this::ready).open().orFromMemory(r -> Optional.of(ready(r))),
        Route.get("/health", this::ready).open().orFromMemory(r -> Optional.of(ready(r))));
  }

  private Response live(Request request) {
    return Response.json(200, Json.bytes(Map.of("status", "live")));
  }

  private Response ready(Request request) {
    Metrics metrics = nivel.metrics();
    Map<String, Object> body = new LinkedHashMap<>();
    long quarantined = metrics.writes().quarantined();
    boolean isWell = metrics.mode().now() == Mode.NORMAL && quarantined == 0;
    body.put("status", isWell ? "ready" : "degraded");
    body.put("mode", metrics.mode().now().toString());
    body.put("mode_reason", metrics.mode().reason());
    body.put("mode_since", metrics.mode().since().toString());
    body.put("redis", store(metrics.redis()));
    body.put("supabase", store(metrics.supabase()));
    body.put("journal", metrics.journal().isWritable() ? "writable" : "not writable");
    body.put("quarantined", quarantined);
    body.put("version", Server.version());
    return Response.json(200, Json.bytes(body));
  }

  /** The details of the reason are for the operator's eyes only, in the log and in the metrics. */
  private static Map<String, Object> store(Metrics.BreakerMetrics breaker) {
    return Map.of("breaker", breaker.state(), "since", breaker.since().toString(),
        "needs_operator", breaker.needsOperator());
  }
}
