package dev.nivel.supabase;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections for a pool that validates each one that was not used for half a second before
 * it lends it, which is a round trip to the database. Who can do without skips that.
 */
final class SkippableValidation implements DataSource {
  private static final ThreadLocal<Boolean> IS_SKIPPED = ThreadLocal.withInitial(() -> false);

  private final String url;
  private final Properties properties;
  private volatile int loginTimeoutSeconds;

  /**
   * Opens nothing yet.
   *
   * @param url for JDBC
   * @param properties of the driver
   */
  SkippableValidation(String url, Properties properties) {
    this.url = url;
    this.properties = properties;
  }

  /** Has a connection lent that may be broken. */
  static <T> T skipping(Supplier<T> lending) {
    IS_SKIPPED.set(true);
    try {
      return lending.get();
    } finally {
      IS_SKIPPED.remove();
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection opened = DriverManager.getConnection(url, properties);
    return (Connection) Proxy.newProxyInstance(SkippableValidation.class.getClassLoader(),
        new Class<?>[]{Connection.class}, (proxy, method, arguments) -> {
          if (IS_SKIPPED.get() && method.getName().equals("isValid")) {
            return true;
          }
          try {
            return method.invoke(opened, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the properties say who logs in");
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    // nothing is logged
  }

  @Override
  public void setLoginTimeout(int seconds) {
    loginTimeoutSeconds = seconds; // so long the pool waits at its end for one that is opened
  }

  @Override
  public int getLoginTimeout() {
    return loginTimeoutSeconds;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("nothing is logged");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLFeatureNotSupportedException("there is nothing else in it");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
