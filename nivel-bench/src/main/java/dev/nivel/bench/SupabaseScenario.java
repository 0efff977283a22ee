package dev.nivel.bench;

import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.store.Item;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.Value;
import dev.nivel.store.Write;
import dev.nivel.supabase.PostgresUrl;
import dev.nivel.supabase.SupabaseL3;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * Rows into PostgreSQL by L3 beside the same rows by plain JDBC and by Redisson's write-behind: new
 * turns of calls, {@value #TURNS} to a call, one writer.
 */
final class SupabaseScenario {
  private static final int[] CHUNKS = {10, 100, 1_000};
  /** Redisson's backlog has so many chunks, and some rows more. */
  private static final int CHUNKS_BEHIND = 2;
  private static final int TURNS = 5;
  /** A checkpoint or another process decides over a single turn. */
  private static final int BACKLOG_TURNS = 3;
  private static final int TURN_BYTES = 450;
  private static final SupabaseL3.Limits LIMITS = new SupabaseL3.Limits(Duration.ofMinutes(1),
      ItemBounds.DEFAULT);

  /** The machine may be busy, and a slow store is not an outage here. */
  private static final Map<String, String> PATIENT = Map.of("SUPABASE_TIMEOUT_MS", "60000",
      "REDIS_TIMEOUT_MS", "10000");

  private final Options options;
  private final Section section;
  private final PrintStream out;
  private final PostgresPeer peer;
  private final SupabaseL3 l3;
  private final Value value;
  private int calls;

  private SupabaseScenario(Options options, Section section, PostgresPeer peer, SupabaseL3 l3) {
    this.options = options;
    this.section = section;
    out = section.out();
    this.peer = peer;
    this.l3 = l3;
    value = Turns.value(new SplittableRandom(options.seed()), TURN_BYTES);
  }

  /** Measures, and prints tables and goals; returns true, for goals of speed are no promises. */
  static boolean run(Options options, Section section) {
    try (Stores stores = Stores.start(options.directory())) {
      try (SupabaseL3 l3 = SupabaseL3.open(PostgresUrl.parse(stores.postgres().url()), LIMITS);
          PostgresPeer peer = new PostgresPeer(stores.postgres().jdbcUrl())) {
        l3.migrate();
        stores.keepTo(options.storesCore());
        SupabaseScenario scenario = new SupabaseScenario(options, section, peer, l3);
        scenario.measureWriting(stores);
        scenario.measureWholeWay(stores);
      }
      new SyncRuns(options, section, stores).measure();
      PreloadRuns.measure(options, section, stores);
    }
    return true;
  }

  private void measureWriting(Stores stores) {
    out.printf("%n| rows/s | peer | Nivel | Nivel to peer |%n|---|---|---|---|%n");
    DoubleSupplier rowByRow = rate(100, chunk -> chunk.forEach(peer::upsert));
    for (int size : CHUNKS) {
      DoubleSupplier nivel = rate(size, this::write);
      DoubleSupplier unnest = rate(size, peer::upsert);
      Pairs chunks = pairs("chunks of " + size + ", to unnest", unnest, nivel);
      Pairs rows = pairs("chunks of " + size + ", to row by row", rowByRow, nivel);
      section.add(Goal.ratioAtLeast(0.8, "rows into PostgreSQL to a plain unnest upsert, chunks of "
          + size, chunks.ratios())
          .ifMissed("the row of the conversation, which is locked and kept up to date with its"
              + " items, is one more row for " + TURNS));
      section.add(Goal.ratioAtLeast(5, "rows into PostgreSQL to upserts row by row, chunks of "
          + size, rows.ratios())
          .ifMissed("a chunk is a round trip and a commit, as a row is, and the fewer rows it"
              + " has the less it saves"));
      behind(stores, size, nivel);
    }
  }

  private void behind(Stores stores, int size, DoubleSupplier nivel) {
    int rows = size * CHUNKS_BEHIND + behindRows();
    DoubleSupplier least = rate(size, peer::upsertWithConversations);
    try (WriteBehind redisson = new WriteBehind(stores, size)) {
      Trios trios = Trios.measure(options.rounds(), () -> redisson.drainedPerSecond(chunk(rows)),
          least, nivel);
      print("chunks of " + size + ", to Redisson's write-behind", trios.toPeer());
      print("chunks of " + size + ", the least to Redisson's write-behind", trios.limitToPeer());
      section.add(Goal.ratioAtLeast(10, "rows into PostgreSQL, of L3's write alone, to Redisson's"
          + " write-behind, chunks of " + size, trios.toPeer().ratios())
          .withLimit("an unnest upsert of the rows and their conversations'",
              trios.limitToPeer().ratios(), trios.toLimit().ratios())
          .ifMissed("Redisson polls a row in a round trip; its batch is one for the driver"));
    }
  }

  /** Both as they come, Redis and all: from the first put until PostgreSQL has the last row. */
  private void measureWholeWay(Stores stores) {
    try (WriteBehind redisson = new WriteBehind(stores, WriteBehind.BATCH_DEFAULT);
        LeastSync least = new LeastSync(stores, peer, LeastSync.BUCKETS);
        LeastSync together = new LeastSync(stores, peer, 1);
        Nivel nivel = Nivel.open(NivelConfig.of(stores.variables("whole-way", PATIENT)))) {
      pairs("puts by 16 callers until PostgreSQL has them, to Redisson's, defaults",
          () -> redisson.storedPerSecond(chunk(behindRows())), () -> storedPerSecond(nivel));
      Trios backlog = Trios.measure(new Rounds(options.rounds(), BACKLOG_TURNS),
          () -> redisson.drainedPerSecond(chunk(backlogRows())),
          () -> least.syncedPerSecond(chunk(backlogRows())), () -> syncedPerSecond(nivel));
      print("a backlog until PostgreSQL has it, to Redisson's, defaults", backlog.toPeer());
      print("a backlog, the least that it takes to Redisson's", backlog.limitToPeer());
      print("a backlog, to the least that it takes", backlog.toLimit());
      pairs("a backlog, to the least where all marks are in one bucket (rounds of one turn)",
          () -> together.syncedPerSecond(chunk(backlogRows())), () -> syncedPerSecond(nivel));
      section.add(Goal.ratioAtLeast(10, "sync of a backlog, Redis and all, to Redisson's"
          + " write-behind", backlog.toPeer().ratios())
          .withLimit("for each chunk an unnest upsert of the rows and their conversations' and"
              + " then, in each bucket of Redis that it touches (there are " + LeastSync.BUCKETS
              + ", as in Nivel), one removal of the marks of these versions",
              backlog.limitToPeer().ratios(), backlog.toLimit().ratios())
          .ifMissed("what is synced is settled in Redis by a script for each conversation, which"
              + " compares what is held, and keeps its head and its time to live up to date"));
    }
  }

  private int behindRows() {
    return options.isShort() ? 500 : 4_000;
  }

  private int backlogRows() {
    return options.isShort() ? 500 : 20_000;
  }

  private double storedPerSecond(Nivel nivel) {
    long start = System.nanoTime();
    append(nivel, behindRows());
    return sync(nivel, behindRows(), start);
  }

  private double syncedPerSecond(Nivel nivel) {
    append(nivel, backlogRows());
    return sync(nivel, backlogRows(), System.nanoTime());
  }

  private void append(Nivel nivel, int count) {
    List<Write> rows = chunk(count);
    GrownStores.forAll(rows.size(), i -> nivel.conversation("way-" + rows.get(i).conversation())
        .append(value));
  }

  private static double sync(Nivel nivel, int rows, long start) {
    long synced = nivel.sync().synced();
    Timing.require(synced == rows, "all rows");
    return synced * 1e9 / (System.nanoTime() - start);
  }

  private Pairs pairs(String what, DoubleSupplier peers, DoubleSupplier nivel) {
    Pairs pairs = Pairs.measure(options.rounds(), peers, nivel);
    print(what, pairs);
    return pairs;
  }

  private void print(String what, Pairs pairs) {
    out.printf(Locale.ROOT, "| %s | %.0f | %.0f | %s |%n", what, pairs.ofPeer().median(),
        pairs.ofNivel().median(), pairs.ratios().asRatio());
  }

  private void write(List<Write> chunk) {
    if (!l3.write(chunk).isEmpty()) {
      throw new IllegalStateException("a row was refused that is new");
    }
  }

  private DoubleSupplier rate(int size, Consumer<List<Write>> writer) {
    return () -> {
      long start = System.nanoTime();
      long end = start + Duration.ofMillis(options.millis()).toNanos();
      long rows = 0;
      while (System.nanoTime() < end) {
        writer.accept(chunk(size));
        rows += size;
      }
      return rows * 1e9 / (System.nanoTime() - start);
    };
  }

  private List<Write> chunk(int size) {
    List<Write> writes = new ArrayList<>(size);
    Stamp stamp = Stamp.at(Time.SYSTEM.millis(), 1);
    while (writes.size() < size) {
      calls += writes.size() % TURNS == 0 ? 1 : 0;
      stamp = stamp.next(1);
      writes.add(new Write("chunk-" + calls, new Item(stamp, value)));
    }
    return writes;
  }
}
