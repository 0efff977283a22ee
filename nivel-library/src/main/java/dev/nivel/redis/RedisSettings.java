package dev.nivel.redis;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.ItemBounds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How Redis is used.
 *
 * @param url {@code redis://[user:password@]host:port[/database]} for one server, several {@code
 *     host:port} separated by commas for a cluster, {@code
 *     redis-sentinel://host:port,host:port[/database]?sentinelMasterId=NAME} for a master that
 *     Sentinels watch; {@code rediss} instead of {@code redis} for TLS
 * @param login who logs in
 * @param timeout the deadline of one call
 * @param ttl how long a settled conversation stays
 * @param compression how values are compressed
 * @param valueBytesMax how long a value may be
 * @param bounds how much of a long conversation stays
 */
public record RedisSettings(String url, Login login, Duration timeout, Duration ttl,
    Compressing compression, int valueBytesMax, ItemBounds bounds) {

  /**
   * How values are compressed.
   *
   * @param thresholdBytes from which length on without a dictionary
   * @param isLearning whether dictionaries are learned and used; those that values need are found
   *     in any case
   */
  public record Compressing(int thresholdBytes, boolean isLearning) {}

  /**
   * Who logs in to Redis, and whose certificates are believed.
   *
   * @param username of an ACL user; null for the default user
   * @param password null for none, or for the one in the URL
   * @param caFile certificates in PEM form of those who may vouch for Redis; null for those that
   *     the JVM trusts
   */
  public record Login(@Nullable String username, @Nullable String password,
      @Nullable Path caFile) {
    /** As the URL says. */
    public static final Login OF_URL = new Login(null, null, null);

    /** Who logs in is fit for logs, the password is not. */
    @Override
    public String toString() {
      return username == null ? "default" : username;
    }
  }

  /**
   * Checks the URL.
   *
   * @throws ConfigurationException if it is none; the message does not show the password
   */
  public RedisSettings {
    RedisUrl.parse(url);
    @Nullable Path caFile = login.caFile();
    if (caFile != null && !Files.isReadable(caFile)) {
      throw new ConfigurationException(
          "REDIS_CA_FILE is \"" + caFile + "\"; allowed is a file that can be read");
    }
  }

  RedisUrl address() {
    return RedisUrl.parse(url);
  }

  /** Without user and password: fit for logs. */
  @Override
  public String toString() {
    return address().toString();
  }
}
