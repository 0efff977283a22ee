package dev.nivel.bench;

import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.Value;
import dev.nivel.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Sync of a backlog, Redis and all, to a PostgreSQL that is 20 ms away, at default settings; beside
 * chunks of ten rows, one a round trip.
 */
final class SyncRuns {
  private static final Duration ROUND_TRIP = Duration.ofMillis(20);
  private static final int CHUNK = 10;
  private static final int TURNS = 10;
  private static final int ROWS = 20_000;
  private static final int ROWS_SHORT = 5_000;
  private static final int TURN_BYTES = 450;

  private final Options options;
  private final Section section;
  private final Stores stores;
  private final Value value;
  private int calls;

  SyncRuns(Options options, Section section, Stores stores) {
    this.options = options;
    this.section = section;
    this.stores = stores;
    value = Turns.value(new SplittableRandom(options.seed()), TURN_BYTES);
  }

  void measure() {
    try (DelayProxy far = DelayProxy.before(stores.postgres().port(), ROUND_TRIP);
        PostgresPeer peer = new PostgresPeer(stores.postgresAt(stores.postgres().jdbcUrl(), far));
        Nivel nivel = Nivel.open(NivelConfig.of(stores.variables("sync", Map.of("SUPABASE_DB_URL",
            stores.postgresAt(stores.postgres().url(), far), "SUPABASE_TIMEOUT_MS", "60000",
            "REDIS_TIMEOUT_MS", "10000"))))) {
      Pairs pairs = Pairs.measure(options.rounds(), () -> chunkByChunk(peer), () -> sync(nivel));
      section.out()
          .printf(Locale.ROOT, "%nSync of %d rows with %d ms added to a round trip: %.0f rows/s;"
              + " chunks of %d, one a round trip: %.0f rows/s%n", rows(), ROUND_TRIP.toMillis(),
              pairs.ofNivel().median(), CHUNK, pairs.ofPeer().median());
      section.add(Goal.ratioAtLeast(20, "sync with 20 ms added to one chunk of 10 a round trip",
          pairs.ratios()));
    }
  }

  private int rows() {
    return options.isShort() ? ROWS_SHORT : ROWS;
  }

  private double chunkByChunk(PostgresPeer peer) {
    long start = System.nanoTime();
    long end = start + Duration.ofMillis(options.millis()).toNanos();
    int rows = 0;
    while (System.nanoTime() < end) {
      List<Write> chunk = new ArrayList<>();
      Stamp stamp = Stamp.at(Time.SYSTEM.millis(), 1);
      String id = "far-" + calls++;
      for (int i = 0; i < CHUNK; i++) {
        stamp = stamp.next(1);
        chunk.add(new Write(id, new Item(stamp, value)));
      }
      peer.upsert(chunk);
      rows += CHUNK;
    }
    return rows * 1e9 / (System.nanoTime() - start);
  }

  private double sync(Nivel nivel) {
    nivel.sync();
    for (int rows = 0; rows < rows(); rows += TURNS) {
      nivel.conversation("sync-" + calls++).append(Collections.nCopies(TURNS, value));
    }
    long start = System.nanoTime();
    long synced = nivel.sync().synced();
    if (synced < rows()) {
      throw new IllegalStateException(synced + " rows were synced of " + rows());
    }
    return synced * 1e9 / (System.nanoTime() - start);
  }
}
