package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.UnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A way into the database, as the doctor goes it. */
interface Entrance extends AutoCloseable {
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

  /** What can be asked there. */
  Functions functions();

  /** Whether the database's own limit of connections is what limits Nivel's. */
  boolean isDirect();

  /** What to do if there is no way in. */
  String advice();

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
  }

  /** Over REST. */
  record ByRest(RestFunctions functions) implements Entrance {
    @Override
    public String kind() {
      return "REST";
    }

    @Override
    public void enter() {
      schemaVersion();
    }

    @Override
    public int schemaVersion() {
      return Schema.presentVersion(functions);
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
  }
}
