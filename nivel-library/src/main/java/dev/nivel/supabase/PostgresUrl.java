package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and who asks: {@code
 * postgresql://user:password@host:port/database?sslmode=...}, as Supabase prints it. User, password
 * and parameters are percent-encoded. At Supabase {@code sslmode} is {@code require} unless it is
 * said to be stricter.
 */
public final class PostgresUrl {
  private static final List<String> SSL_MODES = List.of("disable", "allow", "prefer", "require",
      "verify-ca", "verify-full");
  private static final int PORT = 5432;
  private static final int TRANSACTION_POOLER_PORT = 6543;
  /** As other clients know it; the driver would not. */
  private static final String POOLER_PARAMETER = "pgbouncer";
  private static final List<String> SUPABASE = List.of(".supabase.com", ".supabase.co");

  private final String host;
  private final int port;
  private final String database;
  private final Properties properties;
  private final boolean isTransactionPooler;

  private PostgresUrl(String host, int port, String database, Properties properties) {
    this.host = host;
    this.port = port;
    this.database = database;
    this.properties = properties;
    isTransactionPooler = saidOr(port == TRANSACTION_POOLER_PORT, properties);
  }

  /** What is said of the pooler, which is taken out, for the driver is not to see it. */
  private static boolean saidOr(boolean isLikely, Properties properties) {
    Object said = properties.remove(POOLER_PARAMETER);
    if (said == null) {
      return isLikely;
    }
    if (!said.equals("true") && !said.equals("false")) {
      throw malformed("its pgbouncer is \"" + said + "\"; allowed is true or false");
    }
    return said.equals("true");
  }

  /**
   * Reads a connection string.
   *
   * @throws ConfigurationException if it is none; the message does not show the password
   */
  public static PostgresUrl parse(String text) {
    URI uri = uri(text);
    String scheme = uri.getScheme();
    if (!"postgresql".equals(scheme) && !"postgres".equals(scheme)) {
      throw malformed("it begins with \"" + scheme + ":\"");
    }
    if (uri.getHost() == null) {
      throw malformed("it names no host; percent-encode special characters of the password");
    }
    Properties properties = new Properties();
    readParameters(uri.getRawQuery(), properties);
    checkTls(uri.getHost(), properties);
    readUser(uri.getRawUserInfo(), properties);
    String path = uri.getRawPath();
    String database = path == null || path.length() < 2 ? "postgres" : decode(path.substring(1));
    return new PostgresUrl(uri.getHost(), uri.getPort() < 0 ? PORT : uri.getPort(), database,
        properties);
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw malformed(e.getReason() + "; percent-encode special characters of the password");
    }
  }

  private static void readUser(@Nullable String userInfo,
      Properties properties) {
    if (userInfo == null) {
      return;
    }
    int colon = userInfo.indexOf(':');
    properties.setProperty("user", decode(colon < 0 ? userInfo : userInfo.substring(0, colon)));
    if (colon >= 0) {
      properties.setProperty("password", decode(userInfo.substring(colon + 1)));
    }
  }

  private static void readParameters(@Nullable String query,
      Properties properties) {
    if (query == null || query.isEmpty()) {
      return;
    }
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals < 1) {
        throw malformed("its parameter \"" + parameter + "\" has no value");
      }
      properties.setProperty(decode(parameter.substring(0, equals)),
          decode(parameter.substring(equals + 1)));
    }
  }

  /** What goes to Supabase goes over the internet. */
  private static void checkTls(String host, Properties properties) {
    boolean isSupabase = SUPABASE.stream().anyMatch(host::endsWith);
    List<String> allowed = isSupabase ? SSL_MODES.subList(SSL_MODES.indexOf("require"),
        SSL_MODES.size()) : SSL_MODES;
    if (isSupabase) {
      properties.putIfAbsent("sslmode", "require");
    }
    String sslMode = properties.getProperty("sslmode", "prefer");
    if (!allowed.contains(sslMode)) {
      throw malformed("its sslmode is \"" + sslMode + "\"; allowed is " + allowed
          + (isSupabase ? " at Supabase" : ""));
    }
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw malformed("a percent sign is not followed by two hexadecimal digits");
    }
  }

  private static ConfigurationException malformed(String why) {
    return new ConfigurationException("the database's address is not"
        + " postgresql://user:password@host:port/database?sslmode=...: " + why);
  }

  /**
   * Whether a transaction pooler is there, which keeps no session: as {@code pgbouncer=true} or
   * {@code false} says; else if its port is the one of Supabase's, on any host, as a project of
   * one's own has it. To take a database for a pooler costs time only, the reverse fails.
   */
  boolean isTransactionPooler() {
    return isTransactionPooler;
  }

  /** Whether it is one of Supabase's poolers, of whichever kind. */
  boolean isPooler() {
    return isTransactionPooler() || host.endsWith(".pooler.supabase.com");
  }

  /** Whether it is a project's database itself, which has no IPv4 address unless it was bought. */
  boolean isProject() {
    return host.startsWith("db.") && host.endsWith(".supabase.co");
  }

  /** Where the same database keeps sessions, in words: at Supabase on the same host. */
  String sessionPlace() {
    return SUPABASE.stream().anyMatch(host::endsWith) ? host + ":" + PORT
        : "the database's own address";
  }

  /** The address for JDBC, without user and parameters. */
  String jdbc() {
    return "jdbc:postgresql://" + host + ":" + port + "/"
        + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** User, password and parameters. */
  Properties properties() {
    Properties copy = new Properties();
    copy.putAll(properties);
    return copy;
  }

  /** Host, port and database: fit for logs. */
  @Override
  public String toString() {
    return host + ":" + port + "/" + database;
  }
}
