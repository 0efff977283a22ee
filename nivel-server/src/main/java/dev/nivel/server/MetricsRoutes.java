package dev.nivel.server;

import dev.nivel.Metrics;
import dev.nivel.Nivel;
import dev.nivel.NivelMeters;
import dev.nivel.journal.JournalCounts;
import dev.nivel.store.CompressionCounts;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /cache/metrics} and {@code /metrics}. */
final class MetricsRoutes {
  private final Nivel nivel;
  private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(
      PrometheusConfig.DEFAULT);

  MetricsRoutes(Nivel nivel) {
    this.nivel = nivel;
    new NivelMeters(nivel).bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  List<Route> routes() {
    return List.of(Route.get("/cache/metrics", this::json),
        Route.get("/metrics", this::prometheus));
  }

  private Response prometheus(Request request) {
    request.allowQuery();
    return Response.of(200, "text/plain; version=0.0.4; charset=utf-8",
        registry.scrape().getBytes(StandardCharsets.UTF_8));
  }

  private Response json(Request request) {
    request.allowQuery();
    return Response.json(200, Json.bytes(tree(nivel.metrics())));
  }

  private Map<String, @Nullable Object> tree(Metrics metrics) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("timestamp", Instant.now().toString());
    tree.put("uptime_seconds", metrics.uptime().toSeconds());
    tree.put("version", Server.version());
    tree.put("levels", levels(metrics));
    tree.put("reads", members("total", metrics.reads().total(), "hits", metrics.reads().hits(),
        "misses", metrics.reads().misses(), "errors", metrics.reads().errors(), "hit_ratio",
        metrics.reads().hitRatio()));
    Metrics.WriteMetrics writes = metrics.writes();
    tree.put("writes", members("acknowledged", writes.acknowledged(), "refused",
        writes.refused(), "coalesced", writes.coalesced(), "adopted", writes.adopted(), "replayed",
        writes.replayed()));
    tree.put("compression", compression(metrics.compression()));
    Runtime runtime = Runtime.getRuntime();
    tree.put("memory", members("l1_bytes", metrics.l1Size().bytes(), "outbox_bytes",
        metrics.outboxBytes(), "l2_bytes", metrics.l2UsedMemoryBytes(), "heap_used_bytes",
        runtime.totalMemory() - runtime.freeMemory()));
    tree.put("sync", sync(metrics));
    tree.put("journal", journal(metrics.journal()));
    tree.put("breakers", members("redis", breaker(metrics.redis()), "supabase",
        breaker(metrics.supabase())));
    tree.put("corrupt_values", metrics.corruptValues());
    tree.put("mode", metrics.mode().now().toString());
    tree.put("mode_reason", metrics.mode().reason());
    tree.put("mode_since", metrics.mode().since().toString());
    return tree;
  }

  private static Map<String, @Nullable Object> compression(CompressionCounts counts) {
    CompressionCounts.Learning learning = counts.learning();
    return members("raw_bytes", counts.rawBytes(), "stored_bytes", counts.storedBytes(), "ratio",
        counts.ratio(), "compressed", counts.compressed(), "skipped", counts.skipped(),
        "with_dictionary", counts.withDictionary(), "dictionary", members("in_use",
            learning.dictionary(), "known", learning.known(), "trained", learning.trained(),
            "adopted", learning.adopted(), "sample_bytes", learning.sampleBytes()));
  }

  private static Map<String, @Nullable Object> levels(Metrics metrics) {
    Map<String, @Nullable Object> l1 = level(metrics.l1());
    l1.putAll(members("conversations", metrics.l1Size().conversations(), "capacity",
        metrics.l1Size().capacity(), "bytes", metrics.l1Size().bytes(), "evictions",
        metrics.l1Size().evictions(), "expirations", metrics.l1Size().expirations()));
    Map<String, @Nullable Object> l2 = level(metrics.l2());
    l2.putAll(members("errors", metrics.l2().errors(), "used_memory_bytes",
        metrics.l2UsedMemoryBytes()));
    Map<String, @Nullable Object> l3 = level(metrics.l3());
    l3.put("errors", metrics.l3().errors());
    l3.put("loads", metrics.l3Loads());
    return members("l1", l1, "l2", l2, "l3", l3);
  }

  private static Map<String, @Nullable Object> level(Metrics.LevelMetrics level) {
    Metrics.Latency latency = level.latency();
    return members("hits", level.hits(), "misses", level.misses(), "hit_ratio",
        level.hitRatio(), "latency_us", members("p50", latency.p50(), "p95", latency.p95(),
            "p99", latency.p99(), "max", latency.max()));
  }

  private static Map<String, @Nullable Object> sync(Metrics metrics) {
    Metrics.SyncMetrics sync = metrics.sync();
    @Nullable Instant last = sync.lastRun();
    return members("interval_seconds", sync.interval().toSeconds(), "batch_size",
        sync.batchSize(), "runs", sync.runs(), "runs_per_hour", sync.runsPerHour(), "synced",
        metrics.writes().synced(), "failed", sync.failed(), "quarantined",
        metrics.writes().quarantined(), "pending", metrics.writes().pending(),
        "oldest_pending_seconds", sync.oldestPending().toMillis() / 1_000.0, "last_run",
        last == null ? null : last.toString());
  }

  private static Map<String, @Nullable Object> breaker(Metrics.BreakerMetrics breaker) {
    return members("state", breaker.state(), "since", breaker.since().toString(),
        "consecutive_failures",
        breaker.consecutiveFailures(), "opened", breaker.opened(), "reason", breaker.reason(),
        "needs_operator", breaker.needsOperator());
  }

  private static Map<String, @Nullable Object> journal(JournalCounts journal) {
    return members("writable", journal.isWritable(), "reason", journal.reason(), "segments",
        journal.segments(), "bytes", journal.bytes(), "live", journal.live(), "appended",
        journal.appended(), "fsyncs", journal.fsyncs(), "fsync_failures", journal.fsyncFailures(),
        "write_failures", journal.writeFailures(), "quarantined", journal.quarantined());
  }

  /** A JSON object of names and values by turns. */
  private static Map<String, @Nullable Object> members(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return members;
  }
}
