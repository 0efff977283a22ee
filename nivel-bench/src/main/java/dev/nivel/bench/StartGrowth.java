package dev.nivel.bench;

import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.bench.GrowthAxis.Measure;
import dev.nivel.journal.FsyncPolicy;
import dev.nivel.journal.Journal;
import dev.nivel.journal.JournalSettings;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.Value;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A node that a crash has left with so many records in its journal. For use by one thread.
 *
 * @param stores that have none of them
 */
record StartGrowth(Stores stores, int records) {
  private static final double LINEAR = 1.1;
  private static final long JOURNAL_BYTES = 4L << 30;

  /** All of them. */
  static List<Measure<StartGrowth>> all() {
    return List.of(new Measure<>("start of a node, until it is ready", "µs", LINEAR,
        StartGrowth::start));
  }

  /** Until PostgreSQL has judged all of them, for which a start waits up to 30 s. */
  private double start() {
    String name = "crashed-" + Time.SYSTEM.nanos();
    Map<String, String> variables = new HashMap<>(stores.variables(name, GrownStores.CALM));
    variables.put("NIVEL_JOURNAL_BYTES", Long.toString(JOURNAL_BYTES));
    leaveJournal(Path.of(variables.getOrDefault("NIVEL_DATA_DIR", "")), name);
    long start = System.nanoTime();
    try (Nivel nivel = Nivel.open(NivelConfig.of(variables))) {
      double micros = (System.nanoTime() - start) / 1e3;
      Timing.require(nivel.metrics().writes().replayed() == records, "all of the journal");
      return micros;
    }
  }

  private void leaveJournal(Path directory, String name) {
    JournalSettings settings = new JournalSettings(directory.resolve("journal"), FsyncPolicy.OS,
        JournalSettings.SEGMENT_BYTES, JOURNAL_BYTES);
    try (Journal journal = Journal.open(settings, Time.SYSTEM)) {
      journal.replay((conversation, field, place) -> {});
      Stamp stamp = Stamp.at(Time.SYSTEM.millis(), 1);
      for (int call = 0; call < records / 2; call++) {
        List<Value> turns = SyntheticCall.of(1, call).turns();
        journal.append(name + "-" + call, List.of(new Item(stamp, turns.get(0))));
        journal.append(name + "-" + call, List.of(new Item(stamp.next(1), turns.get(1))));
      }
    }
  }
}
