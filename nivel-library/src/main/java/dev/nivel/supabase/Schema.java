package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.RejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The tables and functions in the schema {@code nivel}, made and updated by Flyway. A start costs
 * one query when the schema is up to date.
 */
final class Schema {
  private static final String READING = "reading the schema's version";
  private static final String LOCATION = "dev/nivel/supabase/migration";
  private static final List<String> MIGRATIONS = List.of("V1__conversations.sql",
      "V2__offers.sql", "V3__epochs.sql", "V4__late_writes.sql",
      "V5__functions.sql", "V6__rights.sql", "V7__diagnosis.sql", "V8__reading.sql",
      "V9__growth.sql", "V10__writing.sql", "V11__dictionaries.sql", "V12__speed.sql",
      "V13__reading.sql", "V14__packing.sql", "V15__sync.sql", "V16__pages.sql");

  /** How long a migration may take, and how long it may wait for those who write meanwhile. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration LOCK_WAIT = Duration.ofSeconds(20);

  /** Its history would be behind; the next migration begins with what is there. */
  private static final String FORGET_FLYWAY = "drop table if exists"
      + " nivel.flyway_schema_history;\n";
  private static final String CONNECT_SECONDS = "10";
  /** The version that this code works with. */
  static final int VERSION = version(MIGRATIONS.get(MIGRATIONS.size() - 1));

  private Schema() {}

  /**
   * The SQL that brings the schema to this version, for an SQL editor. It refuses another one.
   *
   * @param from the version that is there; 0 = none
   */
  static String sql(int from) {
    if (from < 0 || from > VERSION) {
      throw new ConfigurationException("there is no version " + from + " of the schema; allowed is"
          + " 0 to " + VERSION);
    }
    return MIGRATIONS.stream()
        .filter(migration -> version(migration) > from)
        .map(Schema::text)
        .collect(Collectors.joining("\n", "begin;\n\n" + check(from), "\n" + FORGET_FLYWAY
            + "commit;\n"));
  }

  /** SQL that fails unless a version is there. */
  private static String check(int from) {
    return """
        do $$
        declare
          present integer := 0;
        begin
          if to_regclass('nivel.meta') is not null then
            execute 'select value from nivel.meta where key = ''schema_version''' into present;
          end if;
          if present <> %d then
            raise exception 'the schema has version %%: use nivel migrate --print --from %%',
              present, present;
          end if;
        end $$;

        """
        .formatted(from);
  }

  private static int version(String migration) {
    return Integer.parseInt(migration.substring(1, migration.indexOf("__")));
  }

  private static String text(String migration) {
    try (InputStream file = Schema.class.getResourceAsStream("migration/" + migration)) {
      return new String(Objects.requireNonNull(file, migration).readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Brings the schema to this code's version. Safe with several nodes at once: Flyway takes a lock.
   *
   * @return the version that was there before; 0 if there was none
   * @throws ConfigurationException if the schema is newer than this code, or can't be changed; if
   *     it is older and a transaction pooler is in between, for Flyway needs a session: through a
   *     pooler its search path stays with a connection that others get
   */
  static int migrate(Pool pool) {
    int present = version(pool);
    if (present < VERSION && pool.url().isTransactionPooler()) {
      throw new ConfigurationException("the schema in " + pool.url() + " has version " + present
          + ", and this Nivel needs version " + VERSION + ", which can't be made through a"
          + " transaction pooler: run nivel migrate with SUPABASE_DB_URL at "
          + pool.url().sessionPlace() + ", or paste the output of nivel migrate --print into the"
          + " SQL editor (if it is no transaction pooler, say so by pgbouncer=false)");
    }
    if (present < VERSION) {
      run(pool, present);
    }
    return present;
  }

  /**
   * The version in the database; 0 if there is none.
   *
   * @throws ConfigurationException if it is newer than this code
   */
  static int version(Pool pool) {
    int present = presentVersion(pool);
    if (present > VERSION) {
      throw tooNew(pool.url(), present);
    }
    return present;
  }

  /** The version in the database, whatever it is; 0 if there is none. */
  static int presentVersion(Pool pool) {
    return pool.call(READING, Schema::version);
  }

  /** The version in a project, whatever it is; 0 if its rows are hidden. */
  static int presentVersion(Functions functions) {
    return functions.callForOne(new Call(READING, "schema_version"),
        row -> row.isNull("schema_version") ? 0 : row.smallNumber("schema_version"));
  }

  /**
   * Sees over REST, by which no schema can be made, whether it is the one that this code works
   * with.
   *
   * @return its version
   * @throws ConfigurationException if it is another one, or there is none
   */
  static int check(RestFunctions functions) {
    int present = presentVersion(functions);
    if (present > VERSION) {
      throw tooNew(functions, present);
    }
    if (present < VERSION) {
      throw new ConfigurationException("the schema in " + functions + " has version " + present
          + ", and this Nivel needs version " + VERSION + ": run nivel migrate with"
          + " SUPABASE_DB_URL, or paste the output of nivel migrate --print into the SQL editor");
    }
    functions.learnEncodings();
    return present;
  }

  private static ConfigurationException tooNew(Object where, int present) {
    return new ConfigurationException("the schema in " + where + " has version " + present
        + ", and this Nivel knows versions up to " + VERSION + ": use a newer Nivel");
  }

  private static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet found = statement
          .executeQuery("select to_regclass('nivel.meta') is not null")) {
        if (!found.next() || !found.getBoolean(1)) {
          return 0;
        }
      }
      try (ResultSet row = statement.executeQuery(
          "select value::integer from nivel.meta where key = 'schema_version'")) {
        return row.next() ? row.getInt(1) : 0;
      }
    }
  }

  /** On a connection of its own: a migration may take longer than a call. */
  private static void run(Pool pool, int present) {
    Map<String, String> properties = new HashMap<>();
    Pool.driverProperties(pool.url(), PATIENCE)
        .forEach((name, value) -> properties.put(name.toString(), value.toString()));
    properties.put("connectTimeout", CONNECT_SECONDS);
    properties.put("loginTimeout", CONNECT_SECONDS);
    FluentConfiguration flyway = Flyway.configure(Schema.class.getClassLoader())
        .dataSource(pool.url().jdbc(), properties.remove("user"), properties.remove("password"))
        .jdbcProperties(properties)
        .initSql("set lock_timeout = '" + LOCK_WAIT.toSeconds() + "s'")
        .locations("classpath:" + LOCATION)
        .defaultSchema("nivel")
        .createSchemas(true)
        .connectRetries(0);
    if (present > 0) { // made by hand, from what migrate --print shows
      flyway.baselineOnMigrate(true).baselineVersion(Integer.toString(present));
    }
    try {
      flyway.load().migrate();
    } catch (FlywayException e) {
      throw failure(pool, e);
    }
  }

  /** What the server has said may quote a row, so its SQLSTATE must do. */
  private static NivelException failure(Pool pool, FlywayException e) {
    String operation = "bringing the schema in " + pool.url() + " to version " + VERSION;
    for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException failure) {
        NivelException known = SqlErrors.of(operation, SqlErrors.deepest(failure));
        return known instanceof RejectedException
            ? new ConfigurationException(known.getMessage(), null)
            : known;
      }
    }
    return new ConfigurationException(operation + " failed: " + e.getMessage(), e);
  }
}
