package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedPostgrest;
import dev.nivel.store.ItemBounds;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** What a Supabase project is to Nivel: PostgreSQL with its roles and the schema, and PostgREST. */
final class RestProject implements AutoCloseable {
  private final Servers servers;
  private final EmbeddedPostgres postgres;
  private final EmbeddedPostgrest postgrest;

  private RestProject(Servers servers, EmbeddedPostgres postgres, EmbeddedPostgrest postgrest) {
    this.servers = servers;
    this.postgres = postgres;
    this.postgrest = postgrest;
  }

  /** Starts one. */
  static RestProject in(Path directory) throws SQLException {
    return in(directory, "nivel", true);
  }

  /**
   * Starts one that may not be set up.
   *
   * @param exposed the schema that it shows
   * @param hasSchema whether the schema has been made
   */
  static RestProject in(Path directory, String exposed, boolean hasSchema)
      throws SQLException {
    Servers servers = Servers.in(directory);
    EmbeddedPostgres postgres = servers.postgres();
    execute(postgres, EmbeddedPostgrest.rolesSql());
    if (hasSchema) {
      migrate(postgres);
    }
    return new RestProject(servers, postgres, servers.postgrest(postgres, exposed));
  }

  private static void migrate(EmbeddedPostgres postgres) {
    try (SupabaseL3 made = SupabaseL3.open(PostgresUrl.parse(postgres.url()),
        limits(Duration.ofMinutes(1)))) {
      made.migrate();
    }
  }

  private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static SupabaseL3.Limits limits(Duration timeout) {
    return new SupabaseL3.Limits(timeout, ItemBounds.DEFAULT);
  }

  /** Runs SQL as the owner. */
  void execute(String sql) throws SQLException {
    execute(postgres, sql);
  }

  /** L3 over REST, with a key for a role. */
  SupabaseL3 open(String role, Duration timeout) {
    return open(postgrest.url(), role, timeout);
  }

  /** The same, at another address. */
  static SupabaseL3 open(String url, String role, Duration timeout) {
    return SupabaseL3.open(RestUrl.of(url, "/", EmbeddedPostgrest.key(role)), limits(timeout));
  }

  EmbeddedPostgres postgres() {
    return postgres;
  }

  EmbeddedPostgrest postgrest() {
    return postgrest;
  }

  @Override
  public void close() {
    servers.close();
  }
}
