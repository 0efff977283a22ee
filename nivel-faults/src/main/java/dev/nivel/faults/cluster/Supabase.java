package dev.nivel.faults.cluster;

import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedPostgrest;
import dev.nivel.embedded.EmbeddedServer;
import dev.nivel.embedded.PostgresSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL, and a PostgREST before it if that is how servers reach it. For use by one thread,
 * but for its servers.
 */
public final class Supabase {
  private static final String SCHEMA = "nivel";

  private final EmbeddedPostgres postgres;
  /** Null if servers reach PostgreSQL itself. */
  private final @Nullable EmbeddedPostgrest rest;

  private Supabase(EmbeddedPostgres postgres, @Nullable EmbeddedPostgrest rest) {
    this.postgres = postgres;
    this.rest = rest;
  }

  /** Over REST the schema must be there before a server is: only a database can be migrated. */
  static Supabase start(EmbeddedDirectory stores, SupabaseWay way) {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(stores,
        PostgresSettings.defaults().withParameter("fsync", "off"));
    if (way == SupabaseWay.DATABASE) {
      return new Supabase(postgres, null);
    }
    makeRoles(postgres);
    Nivel.migrate(NivelConfig.of(Map.of("SUPABASE_DB_URL", postgres.url())));
    return new Supabase(postgres, EmbeddedPostgrest.start(stores, postgres, SCHEMA));
  }

  private static void makeRoles(EmbeddedPostgres postgres) {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(EmbeddedPostgrest.rolesSql());
    } catch (SQLException e) {
      throw new IllegalStateException("the roles of a project can't be made", e);
    }
  }

  /** PostgreSQL. */
  public EmbeddedPostgres postgres() {
    return postgres;
  }

  /**
   * PostgREST.
   *
   * @throws IllegalStateException if servers reach PostgreSQL itself
   */
  public EmbeddedPostgrest rest() {
    @Nullable EmbeddedPostgrest present = rest;
    if (present == null) {
      throw new IllegalStateException("there is no PostgREST");
    }
    return present;
  }

  /** Where servers connect to, if no proxy is before it. */
  int port() {
    @Nullable EmbeddedPostgrest present = rest;
    return present == null ? postgres.port() : present.port();
  }

  /** The variables of a server that connects to it at this port. */
  Map<String, String> environment(int port) {
    @Nullable EmbeddedPostgrest present = rest;
    return present == null ? Map.of("SUPABASE_DB_URL", at(port, postgres.url()))
        : Map.of("SUPABASE_URL", at(port, present.url()), "SUPABASE_REST_PATH", "/",
            "SUPABASE_KEY", EmbeddedPostgrest.key("service_role"));
  }

  /** A URL with another port. */
  static String at(int port, String url) {
    return url.replaceFirst(":\\d+(/|$)", ":" + port + "$1");
  }

  /** Has PostgreSQL go on first, for PostgREST waits ever longer for it. */
  void heal() {
    heal(postgres);
    @Nullable EmbeddedPostgrest present = rest;
    if (present != null) {
      heal(present);
    }
  }

  /** Has a server go on that is frozen, and starts it if it is dead. */
  public static void heal(EmbeddedServer server) {
    if (server.isRunning()) {
      server.thaw();
    } else {
      server.restart();
    }
  }
}
