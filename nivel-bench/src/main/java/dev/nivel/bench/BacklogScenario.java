package dev.nivel.bench;

import dev.nivel.Metrics;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.Locale;

/**
 * A backlog that fits in the outbox, and one that does not: nothing that was acknowledged is lost
 * (I1), memory stays within its bound, and beyond it writes are refused (I8).
 */
final class BacklogScenario {
  private static final long ROOMY_BYTES = 512L << 20;
  private static final long TIGHT_BYTES = 8L << 20;
  private static final int TIGHT_CONVERSATIONS = 10_000;

  private final Options options;
  private final PrintStream out;

  private BacklogScenario(Options options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /** Measures, and prints tables; returns whether all is as promised. */
  static boolean run(Options options, Section section) {
    return new BacklogScenario(options, section.out()).run();
  }

  private boolean run() {
    boolean isRoomyFine = run(new BacklogRun.Settings("roomy", options.conversations(),
        options.seed(), ROOMY_BYTES), false);
    boolean isTightFine = run(new BacklogRun.Settings("tight", TIGHT_CONVERSATIONS,
        options.seed(), TIGHT_BYTES), true);
    return isRoomyFine && isTightFine;
  }

  private boolean run(BacklogRun.Settings settings, boolean isRefusalDue) {
    BacklogRun.Result result;
    try (Stores stores = Stores.start(options.directory().resolve("of-" + settings.name()))) {
      result = new BacklogRun(stores, settings).run();
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL could not be read", e);
    }
    print(settings, result);
    Metrics.WriteMetrics writes = result.after().writes();
    boolean isFine = result.drain().isComplete() && result.findings().isClean()
        && result.acknowledged().unknown() == 0
        && result.full().outboxBytes() <= settings.outboxBytesMax()
        && result.acknowledged().refused() > 0 == isRefusalDue
        && writes.acknowledged() + writes.replayed() + writes.adopted() == writes.synced()
            + writes.coalesced() + writes.pending() + writes.quarantined();
    out.println(isFine ? "\nas promised" : "\nNOT as promised");
    return isFine;
  }

  private void print(BacklogRun.Settings settings, BacklogRun.Result result) {
    out.printf("%n| PostgreSQL killed, %,d conversations written, PostgreSQL restarted | |%n"
        + "|---|---|%n", settings.conversations());
    Acknowledged acknowledged = result.acknowledged();
    row("writes acknowledged (fields)",
        String.format(Locale.ROOT, "%,d in %.1f s", acknowledged.count(),
            result.writing().toMillis() / 1e3));
    row("writes refused, of unknown outcome",
        String.format(Locale.ROOT, "%,d, %,d", acknowledged.refused(),
            acknowledged.unknown()));
    if (acknowledged.refused() > 0) {
      row("the refusal", String.format(Locale.ROOT, "\"%s\"", acknowledged.refusal()));
    }
    row("pending, outbox",
        String.format(Locale.ROOT, "%,d, %,d of %,d bytes", result.full().writes().pending(),
            result.full().outboxBytes(), settings.outboxBytesMax()));
    row("Redis, as it said last", String.format(Locale.ROOT, "%.1f MiB",
        mebibytes(result.full().l2UsedMemoryBytes())));
    row("heap in use after a collection",
        String.format(Locale.ROOT, "%.1f MiB", mebibytes(result.heapBytes())));
    row("journal", String.format(Locale.ROOT, "%.1f MiB in %d files, %,d live records",
        mebibytes(result.full().journal().bytes()), result.full().journal().segments(),
        result.full().journal().live()));
    printDrain(result);
  }

  private void printDrain(BacklogRun.Result result) {
    BacklogRun.Drain drain = result.drain();
    long drained = result.full().writes().pending() - result.after().writes().pending();
    double seconds = drain.untilLast().toMillis() / 1e3;
    row("drained",
        String.format(Locale.ROOT,
            "%s, %,d rows in %.1f s after PostgreSQL took connections, the first after"
                + " %.1f s",
            drain.isComplete() ? "all" : "NOT ALL", drained, seconds,
            drain.untilFirst().toMillis() / 1e3));
    row("rate of draining, from the first chunk on", String.format(Locale.ROOT, "%,.0f rows/s",
        drained / Math.max(0.001, seconds - drain.untilFirst().toMillis() / 1e3)));
    Metrics.WriteMetrics writes = result.after().writes();
    row("ledger",
        String.format(Locale.ROOT,
            "%,d acknowledged = %,d synced + %,d coalesced + %,d pending + %,d quarantined",
            writes.acknowledged(), writes.synced(), writes.coalesced(), writes.pending(),
            writes.quarantined()));
    StoredCheck.Findings findings = result.findings();
    row("in PostgreSQL, each compared byte by byte",
        String.format(Locale.ROOT, "%,d rows: lost %,d, not acknowledged %,d,"
            + " wrong bytes %,d", findings.rows(), findings.lost(), findings.alien(),
            findings.wrong()));
  }

  private void row(String name, String value) {
    out.println("| " + name + " | " + value + " |");
  }

  private static double mebibytes(long bytes) {
    return bytes / (double) (1 << 20);
  }
}
