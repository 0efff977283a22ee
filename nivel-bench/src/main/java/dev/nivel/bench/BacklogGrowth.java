package dev.nivel.bench;

import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.bench.GrowthAxis.Measure;
import dev.nivel.store.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A node with so many writes that are not synced. For use by one thread.
 */
final class BacklogGrowth implements AutoCloseable {
  private static final double CONSTANT = 0.15;
  private static final int REPEATED = 30;
  private static final Value VALUE = SyntheticCall.of(1, 1).turns().get(0);
  private static final long OUTBOX_BYTES = 1L << 30;

  private final Nivel nivel;
  private final String name;
  private int written;

  /** Opens a node on stores that are there, and writes. */
  BacklogGrowth(Stores stores, int size) {
    name = "backlog-" + size;
    Map<String, String> variables = new HashMap<>(GrownStores.CALM);
    variables.put("NIVEL_OUTBOX_BYTES", Long.toString(OUTBOX_BYTES));
    nivel = Nivel.open(NivelConfig.of(stores.variables(name, variables)));
    GrownStores.forAll(size, i -> nivel.conversation(name + "-" + i).append(VALUE));
  }

  /** All of them, each to be constant. */
  static List<Measure<BacklogGrowth>> all() {
    return List.of(
        new Measure<>("a write", "µs", CONSTANT, BacklogGrowth::write),
        new Measure<>("a read of what is not synced", "µs", CONSTANT,
            BacklogGrowth::read),
        new Measure<>("a sync of one conversation", "µs", CONSTANT, BacklogGrowth::sync),
        new Measure<>("the metrics", "µs", CONSTANT, BacklogGrowth::metrics));
  }

  private String another() {
    return name + "-more-" + written++;
  }

  private double write() {
    return Timing.of(REPEATED, () -> nivel.conversation(another()).append(VALUE));
  }

  private double read() {
    return Timing.of(REPEATED,
        () -> nivel.conversation(name + "-" + written++ % 1_000).last(1));
  }

  private double sync() {
    String id = another();
    double[] micros = new double[REPEATED];
    for (int i = 0; i < REPEATED; i++) {
      nivel.conversation(id).append(VALUE);
      micros[i] = Timing.once(() -> Timing.require(nivel.sync(id).synced() == 1, "one field"));
    }
    return Timing.of(micros);
  }

  private double metrics() {
    return Timing.of(REPEATED, nivel::metrics);
  }

  @Override
  public void close() {
    nivel.close();
  }
}
