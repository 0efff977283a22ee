package dev.nivel.server;

import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedPostgrest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** A Supabase project that is reached over REST alone. */
final class RestSupabase {
  private RestSupabase() {}

  /** Makes one of a database; returns the variables of a server that is to use it. */
  static Map<String, String> of(EmbeddedDirectory stores, EmbeddedPostgres database) {
    try (Connection connection = DriverManager.getConnection(database.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(EmbeddedPostgrest.rolesSql());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Nivel.migrate(NivelConfig.of(Map.of("SUPABASE_DB_URL", database.url())));
    EmbeddedPostgrest rest = EmbeddedPostgrest.start(stores, database, "nivel");
    return Map.of("SUPABASE_URL", rest.url(), "SUPABASE_REST_PATH", "/", "SUPABASE_KEY",
        EmbeddedPostgrest.key("service_role"));
  }
}
