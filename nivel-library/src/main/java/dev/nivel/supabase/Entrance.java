package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.UnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A way into the database, as the doctor goes it. */
interface Entrance extends AutoCloseable {
  /** PostgREST's word for a function that it does not know. */
  String NO_FUNCTION = "PGRST202";
  /** What makes the schema. */
  String MIGRATION = "nivel migrate with SUPABASE_DB_URL";

  /** What is examined through it: {@code supabase}. */
  String subject();

  /** Which one it is: {@code the session pooler}. */
  String kind();

  /**
   * Goes in, and does nothing there.
   *
   * @throws UnavailableException if there is no way in at present
   * @throws ConfigurationException if only an operator can open it
   */
  void enter();

  /** The schema's version; 0 if there is none, or its rows are hidden. */
  int schemaVersion();

  /** PostgreSQL's version; empty if only the schema can tell. */
  Optional<String> serverVersion();

  /** What can be asked there. */
  Functions functions();

  /** Whether the database's own limit of connections is what limits Nivel's. */
  boolean isDirect();

  /** What to do if there is no way in. */
  String advice();

  /** What to do if whoever enters has no right to the schema. */
  String joining();

  /** The command that makes the schema, with the setting that it needs. */
  String migration();

  @Override
  default void close() {
    functions().close();
  }

  /** Over JDBC. */
  static Entrance of(PostgresUrl url, Duration timeout) {
    return new ByJdbc(url, new Pool(url, timeout, 1));
  }

  /** Over REST. */
  static Entrance of(RestUrl url, Duration timeout) {
    return new ByRest(new RestFunctions(url, timeout, 1));
  }

  /** Over JDBC. */
  record ByJdbc(PostgresUrl url, Pool pool) implements Entrance {
    @Override
    public String subject() {
      return "supabase";
    }

    @Override
    public String kind() {
      if (isDirect()) {
        return "a direct connection";
      }
      return url.isTransactionPooler() ? "the transaction pooler" : "the session pooler";
    }

    @Override
    public void enter() {
      pool.call("a connection", ByJdbc::ask);
    }

    private static boolean ask(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        return statement.execute("select 1");
      }
    }

    @Override
    public int schemaVersion() {
      return Schema.presentVersion(pool);
    }

    @Override
    public Optional<String> serverVersion() {
      return Optional.of(pool.call("PostgreSQL's version",
          connection -> connection.getMetaData().getDatabaseProductVersion()));
    }

    @Override
    public Functions functions() {
      return new JdbcFunctions(pool);
    }

    @Override
    public boolean isDirect() {
      return !url.isPooler();
    }

    @Override
    public String advice() {
      String general = "see that SUPABASE_DB_URL is right, that nothing is between, and that the"
          + " project is not paused";
      return url.isProject() ? general + "; a machine without IPv6 needs the pooler's address"
          : general;
    }

    @Override
    public String joining() {
      return "run as the schema's owner: grant nivel_app to the user of SUPABASE_DB_URL";
    }

    @Override
    public String migration() {
      return MIGRATION + (url.isTransactionPooler() ? " at " + url.sessionPlace() : "");
    }
  }

  /** Over REST. */
  record ByRest(RestFunctions functions) implements Entrance {
    /** What PostgREST says if there is no schema, or none for this key: it has been reached. */
    private static final Set<String> INSIDE = Set.of(NO_FUNCTION, "PGRST106", "42501");

    @Override
    public String subject() {
      return "supabase over REST";
    }

    @Override
    public String kind() {
      return "REST";
    }

    @Override
    public void enter() {
      try {
        Schema.presentVersion(functions);
      } catch (ConfigurationException e) {
        if (!INSIDE.contains(Advice.code(e))) {
          throw e;
        }
      }
    }

    @Override
    public int schemaVersion() {
      try {
        return Schema.presentVersion(functions);
      } catch (ConfigurationException e) {
        if (!Advice.code(e).equals(NO_FUNCTION)) {
          throw e;
        }
        return 0;
      }
    }

    @Override
    public Optional<String> serverVersion() {
      return Optional.empty();
    }

    @Override
    public boolean isDirect() {
      return false;
    }

    @Override
    public String advice() {
      return "see that SUPABASE_URL is right, that nothing is between, and that the project is not"
          + " paused";
    }

    @Override
    public String joining() {
      return "set SUPABASE_KEY to a secret key (sb_secret_...) or to the service_role key; if it is"
          + " one, run as the schema's owner: select nivel.set_rights()";
    }

    @Override
    public String migration() {
      return MIGRATION;
    }
  }
}
