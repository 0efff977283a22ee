package dev.nivel.bench;

import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedPostgrest;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.store.Item;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.Write;
import dev.nivel.supabase.PostgresUrl;
import dev.nivel.supabase.RestUrl;
import dev.nivel.supabase.SupabaseL3;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How many rows a second reach PostgreSQL over JDBC and over REST, in chunks as sync makes them:
 * turns of calls, one writer. Both take turns in short blocks on the same database.
 */
final class WaysScenario {
  private static final int[] CHUNKS = {10, 100, 1_000};
  private static final SupabaseL3.Limits LIMITS = new SupabaseL3.Limits(Duration.ofMinutes(1),
      ItemBounds.DEFAULT);

  private final Options options;
  private final PrintStream out;
  private int written;

  private WaysScenario(Options options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /** Measures, and prints a table; nothing is promised. */
  static boolean run(Options options, Section section) {
    return new WaysScenario(options, section.out()).run();
  }

  private boolean run() {
    try (EmbeddedDirectory directory = Stores.open(options.directory());
        EmbeddedPostgres postgres = EmbeddedPostgres.start(directory,
            PostgresSettings.defaults())) {
      makeRoles(postgres);
      try (SupabaseL3 jdbc = SupabaseL3.open(PostgresUrl.parse(postgres.url()), LIMITS)) {
        jdbc.migrate();
        try (EmbeddedPostgrest postgrest = EmbeddedPostgrest.start(directory, postgres, "nivel");
            SupabaseL3 rest = SupabaseL3.open(RestUrl.of(postgrest.url(), "/",
                EmbeddedPostgrest.key("service_role")), LIMITS)) {
          out.printf("%nREST by %s.%n", Versions.ofHttpServer(postgrest.url()));
          compare(jdbc, rest);
        }
      }
    }
    return true;
  }

  private static void makeRoles(EmbeddedPostgres postgres) {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(EmbeddedPostgrest.rolesSql());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void compare(SupabaseL3 jdbc, SupabaseL3 rest) {
    out.printf("%n| rows in a chunk | JDBC rows/s | REST rows/s | REST to JDBC |%n");
    out.println("|---|---|---|---|");
    for (int chunk : CHUNKS) {
      rowsPerSecond(jdbc, chunk); // to warm up
      rowsPerSecond(rest, chunk);
      List<Double> overJdbc = new ArrayList<>();
      List<Double> overRest = new ArrayList<>();
      for (int round = 0; round < options.rounds(); round++) {
        overJdbc.add(rowsPerSecond(jdbc, chunk));
        overRest.add(rowsPerSecond(rest, chunk));
      }
      out.printf(Locale.ROOT, "| %d | %.0f | %.0f | %s |%n", chunk,
          Spread.of(overJdbc, rows -> rows).median(), Spread.of(overRest, rows -> rows).median(),
          Spread.ofRatios(overRest, overJdbc, rows -> rows).asRatio());
    }
  }

  private double rowsPerSecond(SupabaseL3 l3, int chunk) {
    long start = System.nanoTime();
    long end = start + Duration.ofMillis(options.millis()).toNanos();
    long rows = 0;
    while (System.nanoTime() < end) {
      if (!l3.write(chunk(chunk)).isEmpty()) {
        throw new IllegalStateException("a row was refused that is new");
      }
      rows += chunk;
    }
    return rows * 1e9 / (System.nanoTime() - start);
  }

  /** Two turns of a call each. */
  private List<Write> chunk(int size) {
    List<Write> writes = new ArrayList<>(size);
    while (writes.size() < size) {
      SyntheticCall call = SyntheticCall.of(options.seed(), written);
      String id = SyntheticCall.id(written++);
      Stamp stamp = Stamp.at(Time.SYSTEM.millis(), 1);
      writes.add(new Write(id, new Item(stamp, call.turns().get(0))));
      writes.add(new Write(id, new Item(stamp.next(1), call.turns().get(1))));
    }
    return writes;
  }
}
