package dev.nivel.redis;

import dev.nivel.store.ConfigurationException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code REDIS_URL} says. Messages about a wrong one never show a part of it in which a
 * password could be.
 *
 * @param kind how the servers work together
 * @param isTLS whether they are spoken to by TLS
 * @param user null for the default user
 * @param password null for none
 * @param addresses of the one server, of all Sentinels, or of some servers of a cluster
 * @param database 0 unless said otherwise
 * @param master by which name the Sentinels know the master; empty without Sentinel
 */
record RedisUrl(Kind kind, boolean isTLS, @Nullable String user, @Nullable String password,
    List<Address> addresses, int database, String master) {
  private static final Pattern FORM = Pattern.compile(
      "redis(s?)(-sentinel)?://(?:([^/?#]*)@)?([^@/?#]+)(?:/([0-9]{0,4}))?"
          + "(?:\\?sentinelMasterId=([^&#]*))?(?:#(.*))?");
  private static final int PORT = 6_379;
  private static final int SENTINEL_PORT = 26_379;
  private static final int PORT_MAX = 65_535;

  /** How the servers that a URL names work together. */
  enum Kind {
    ONE, SENTINEL, CLUSTER
  }

  /**
   * Reads a URL.
   *
   * @throws ConfigurationException if it is none
   */
  static RedisUrl parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw malformed("percent-encode special characters of the password");
    }
    boolean isSentinel = parts.group(2) != null;
    @Nullable String named = parts.group(6) != null ? parts.group(6) : parts.group(7);
    String master = named == null ? "" : decoded(named);
    if (isSentinel == master.isEmpty()) {
      throw malformed(isSentinel ? "it does not name the master: ?sentinelMasterId=NAME"
          : "only Sentinels know a master by its name");
    }
    List<Address> addresses = addresses(parts.group(4), isSentinel ? SENTINEL_PORT : PORT);
    Kind kind = isSentinel ? Kind.SENTINEL : addresses.size() > 1 ? Kind.CLUSTER : Kind.ONE;
    @Nullable String database = parts.group(5);
    int number = database == null || database.isEmpty() ? 0 : Integer.parseInt(database);
    if (kind == Kind.CLUSTER && number != 0) {
      throw malformed("a cluster has no other database than 0");
    }
    @Nullable String credentials = parts.group(3);
    return new RedisUrl(kind, !parts.group(1).isEmpty(), user(credentials),
        password(credentials), addresses, number, master);
  }

  private static List<Address> addresses(String text, int defaultPort) {
    List<Address> addresses = new ArrayList<>();
    for (String address : text.split(",", -1)) {
      int colon = address.endsWith("]") ? -1 : address.lastIndexOf(':');
      String host = colon < 0 ? address : address.substring(0, colon);
      boolean isBracketed = host.startsWith("[") && host.endsWith("]");
      if (host.isEmpty() || (host.indexOf(':') >= 0 && !isBracketed)) {
        throw malformed("it names no host and port; percent-encode special characters of the"
            + " password");
      }
      addresses.add(new Address(isBracketed ? host.substring(1, host.length() - 1) : host,
          colon < 0 ? defaultPort : port(address.substring(colon + 1))));
    }
    return List.copyOf(addresses);
  }

  private static int port(String text) {
    if (!text.matches("[0-9]{1,6}")) {
      throw malformed("a port is no number; percent-encode special characters of the password");
    }
    int port = Integer.parseInt(text);
    if (port == 0 || port > PORT_MAX) {
      throw malformed("a port is " + port + "; allowed is 1 to " + PORT_MAX);
    }
    return port;
  }

  private static @Nullable String user(@Nullable String credentials) {
    if (credentials == null || credentials.indexOf(':') <= 0) {
      return null;
    }
    return decoded(credentials.substring(0, credentials.indexOf(':')));
  }

  private static @Nullable String password(@Nullable String credentials) {
    return credentials == null ? null
        : decoded(credentials.substring(credentials.indexOf(':') + 1));
  }

  /** Percent-encoded text; a plus sign stands for itself. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw malformed("percent-encode special characters of the password");
    }
  }

  private static ConfigurationException malformed(String why) {
    return new ConfigurationException("REDIS_URL is none of"
        + " redis://[user:password@]host:port[/database], redis://host:port,host:port (Cluster)"
        + " and redis-sentinel://host:port,host:port[/database]?sentinelMasterId=NAME,"
        + " with rediss for TLS: " + why);
  }

  /** Without user and password: fit for logs. */
  @Override
  public String toString() {
    return String.join(",", addresses.stream().map(Address::toString).toList())
        + (master.isEmpty() ? "" : " (" + master + ")");
  }
}
