package dev.nivel.supabase;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.nivel.store.NivelException;
import dev.nivel.store.UnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** A bounded pool of connections on which every statement has a deadline. */
final class Pool implements AutoCloseable {
  private static final long HIKARI_TIMEOUT_MILLIS_MIN = 250;

  private final HikariDataSource source;
  private final PostgresUrl url;
  private final Duration repeatedWithin;

  /** Opens a pool of so many connections at most, whether or not the database answers. */
  Pool(PostgresUrl url, Duration timeout, int connectionsMax) {
    this.url = url;
    repeatedWithin = timeout.dividedBy(4);
    HikariConfig config = new HikariConfig();
    config.setPoolName("nivel-supabase");
    config.setDataSource(new SkippableValidation(url.jdbc(), driverProperties(url, timeout)));
    config.setMaximumPoolSize(connectionsMax);
    config.setMinimumIdle(1);
    // Else the pool asks the first connection for it, and is of no use ever after if that breaks.
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    // Half of the deadline to get a connection leaves the other half for the statement.
    config.setConnectionTimeout(Math.max(HIKARI_TIMEOUT_MILLIS_MIN, timeout.toMillis() / 2));
    config.setValidationTimeout(Math.max(HIKARI_TIMEOUT_MILLIS_MIN, timeout.toMillis() / 4));
    config.setInitializationFailTimeout(-1);
    config.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
    if (!url.isTransactionPooler()) {
      // The server gives up before the client does, so that no statement runs on unseen.
      config.setConnectionInitSql("set statement_timeout = " + Math.max(1, timeout.toMillis() / 2));
    }
    source = new HikariDataSource(config);
  }

  /** What the driver is told, for connections on which nothing may take longer. */
  static Properties driverProperties(PostgresUrl url, Duration timeout) {
    String seconds = Long.toString(Math.max(1, (timeout.toMillis() + 999) / 1000));
    Properties properties = url.properties();
    properties.putIfAbsent("ApplicationName", "nivel");
    // Else it sets the name by a statement, which takes its time, and which poolers may refuse.
    properties.putIfAbsent("assumeMinServerVersion", "12");
    properties.putIfAbsent("socketTimeout", seconds);
    properties.putIfAbsent("connectTimeout", seconds);
    properties.putIfAbsent("loginTimeout", seconds);
    properties.putIfAbsent("tcpKeepAlive", "true");
    properties.putIfAbsent("logServerErrorDetail", "false");
    if (url.isTransactionPooler()) {
      properties.putIfAbsent("prepareThreshold", "0");
    }
    return properties;
  }

  /** Work on a connection. */
  interface SqlWork<T> {
    /** Does the work. */
    T on(Connection connection) throws SQLException;
  }

  /** Does work that commits statement by statement. */
  <T> T call(String operation, SqlWork<T> work) {
    try (Connection connection = connection(operation)) {
      return work.on(connection);
    } catch (SQLException e) {
      throw SqlErrors.of(operation + " on " + url, e);
    }
  }

  /**
   * Does work that may be done twice, and hands on what it read only when it has all. Its
   * connection is not validated, which would take a round trip wherever it was not used for half a
   * second. If it turns out soon to be lost, the work is done on a new one.
   */
  <T> T callRepeatable(String operation, SqlWork<T> work) {
    long start = System.nanoTime();
    NivelException lost;
    try (Connection connection = SkippableValidation.skipping(() -> connection(operation))) {
      return work.on(connection);
    } catch (SQLException e) {
      lost = SqlErrors.of(operation + " on " + url, e);
      boolean isSoon = System.nanoTime() - start < repeatedWithin.toNanos();
      if (!isSoon || !SqlErrors.isConnectionLost(e)) {
        throw lost;
      }
    }
    source.getHikariPoolMXBean().softEvictConnections(); // one is seldom lost alone
    try {
      return call(operation, work);
    } catch (NivelException e) {
      e.addSuppressed(lost);
      throw e;
    }
  }

  private Connection connection(String operation) {
    try {
      return source.getConnection();
    } catch (SQLException e) {
      if (source.getHikariPoolMXBean().getActiveConnections() >= source.getMaximumPoolSize()) {
        throw UnavailableException.busy(operation + " on " + url + " found all "
            + source.getMaximumPoolSize() + " connections taken");
      }
      throw SqlErrors.ofConnecting(operation + " on " + url, e);
    }
  }

  PostgresUrl url() {
    return url;
  }

  @Override
  public void close() {
    source.close();
  }
}
