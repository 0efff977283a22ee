package dev.nivel;

import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Nivel's metrics for Micrometer: the names of its cache binders ({@code cache.gets} and so on,
 * with the tags {@code cache}, {@code name} and {@code level}), Resilience4j's names for the
 * breakers, and {@code nivel.*} for the rest. Bind it once to each registry.
 */
public final class NivelMeters implements MeterBinder {
  private static final Tags CACHE = Tags.of("cache", "nivel", "name", "nivel");

  private final Nivel nivel;

  /** The metrics of one instance. */
  public NivelMeters(Nivel nivel) {
    this.nivel = nivel;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    bindLevel(registry, Level.L1, Metrics::l1);
    bindLevel(registry, Level.L2, Metrics::l2);
    bindLevel(registry, Level.L3, Metrics::l3);
    bindCache(registry);
    bindSync(registry);
    bindMode(registry);
    TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(nivel.engine().breakers())
        .bindTo(registry);
  }

  private interface OfLevel {
    Metrics.LevelMetrics in(Metrics metrics);
  }

  private void bindLevel(MeterRegistry registry, Level level, OfLevel of) {
    Tags tags = CACHE.and("level", level.toString());
    counter(registry, "cache.gets", tags.and("result", "hit"), m -> of.in(m).hits());
    counter(registry, "cache.gets", tags.and("result", "miss"), m -> of.in(m).misses());
    counter(registry, "nivel.level.errors", tags, m -> of.in(m).errors());
    latency(registry, tags.and("quantile", "0.5"), m -> of.in(m).latency().p50());
    latency(registry, tags.and("quantile", "0.95"), m -> of.in(m).latency().p95());
    latency(registry, tags.and("quantile", "0.99"), m -> of.in(m).latency().p99());
  }

  private void bindCache(MeterRegistry registry) {
    Tags l1 = CACHE.and("level", Level.L1.toString());
    gauge(registry, "cache.size", l1, m -> m.l1Size().conversations());
    gauge(registry, "nivel.l1.bytes", l1, m -> m.l1Size().bytes());
    counter(registry, "cache.evictions", l1, m -> m.l1Size().evictions());
    counter(registry, "cache.puts", CACHE, m -> m.writes().acknowledged());
    counter(registry, "nivel.writes.refused", CACHE, m -> m.writes().refused());
    counter(registry, "nivel.writes.coalesced", CACHE, m -> m.writes().coalesced());
    counter(registry, "nivel.reads.errors", CACHE, m -> m.reads().errors());
    counter(registry, "nivel.values.corrupt", CACHE, Metrics::corruptValues);
    gauge(registry, "nivel.compression.ratio", CACHE, m -> m.compression().ratio());
  }

  /** One gauge for each mode: 1 for the present one, 0 for the others. */
  private void bindMode(MeterRegistry registry) {
    for (Mode mode : Mode.values()) {
      Gauge.builder("nivel.mode", nivel, n -> n.mode() == mode ? 1 : 0)
          .tags(CACHE.and("mode", mode.toString()))
          .register(registry);
    }
    counter(registry, "nivel.l3.loads", CACHE, Metrics::l3Loads);
  }

  private void bindSync(MeterRegistry registry) {
    counter(registry, "nivel.sync.runs", CACHE, m -> m.sync().runs());
    counter(registry, "nivel.sync.fields", CACHE.and("result", "synced"),
        m -> m.writes().synced());
    counter(registry, "nivel.sync.fields", CACHE.and("result", "quarantined"),
        m -> m.sync().quarantined());
    gauge(registry, "nivel.sync.quarantined", CACHE, m -> m.writes().quarantined());
    gauge(registry, "nivel.sync.pending", CACHE, m -> m.writes().pending());
    gauge(registry, "nivel.outbox.bytes", CACHE, Metrics::outboxBytes);
    gauge(registry, "nivel.journal.writable", CACHE, m -> m.journal().isWritable() ? 1 : 0);
    gauge(registry, "nivel.journal.bytes", CACHE, m -> m.journal().bytes());
    counter(registry, "nivel.journal.failures", CACHE,
        m -> m.journal().writeFailures() + m.journal().fsyncFailures());
    counter(registry, "nivel.journal.quarantined", CACHE, m -> m.journal().quarantined());
    TimeGauge.builder("nivel.sync.oldest.pending", nivel, TimeUnit.MILLISECONDS,
        n -> n.metrics().sync().oldestPending().toMillis()).tags(CACHE).register(registry);
  }

  private void counter(MeterRegistry registry, String name, Tags tags,
      ToDoubleFunction<Metrics> value) {
    FunctionCounter.builder(name, nivel, n -> value.applyAsDouble(n.metrics()))
        .tags(tags)
        .register(registry);
  }

  private void gauge(MeterRegistry registry, String name, Tags tags,
      ToDoubleFunction<Metrics> value) {
    Gauge.builder(name, nivel, n -> value.applyAsDouble(n.metrics()))
        .tags(tags)
        .register(registry);
  }

  private void latency(MeterRegistry registry, Tags tags, ToDoubleFunction<Metrics> micros) {
    TimeGauge.builder("nivel.level.latency", nivel, TimeUnit.MICROSECONDS,
        n -> micros.applyAsDouble(n.metrics())).tags(tags).register(registry);
  }
}
