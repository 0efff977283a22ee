package dev.nivel.redis;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.ItemBounds;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How Redis is used.
 *
 * @param url {@code redis://[user:password@]host:port[/database]}, {@code rediss://} with TLS
 * @param username of an ACL user; null for the default user
 * @param password null for none, or for the one in the URL
 * @param timeout the deadline of one call
 * @param ttl how long a settled conversation stays
 * @param compressionThresholdBytes from which length on a value is compressed
 * @param valueBytesMax how long a value may be
 * @param bounds how much of a long conversation stays
 */
public record RedisSettings(String url, @Nullable String username, @Nullable String password,
    Duration timeout, Duration ttl, int compressionThresholdBytes, int valueBytesMax,
    ItemBounds bounds) {

  private static final int PORT_MAX = 65_535;

  /**
   * Checks the URL.
   *
   * @throws ConfigurationException if it is none; the message does not show the password
   */
  public RedisSettings {
    uri(url, username, password, timeout);
  }

  RedisURI uri() {
    return uri(url, username, password, timeout);
  }

  private static RedisURI uri(String url, @Nullable String username, @Nullable String password,
      Duration timeout) {
    if (!url.startsWith("redis://") && !url.startsWith("rediss://")) {
      throw malformed("it does not begin with redis:// or rediss://"
          + " (Sentinel and Cluster are not supported yet)");
    }
    if (url.indexOf(',') >= 0) {
      throw malformed("it names several servers; Redis Cluster is not supported yet");
    }
    RedisURI uri;
    try {
      URI parsed = new URI(url);
      if (parsed.getPort() > PORT_MAX) {
        throw malformed("its port is " + parsed.getPort() + "; allowed is 1 to " + PORT_MAX);
      }
      if (parsed.getHost() == null) {
        throw malformed("it names no host and port; percent-encode special characters of the"
            + " password");
      }
      uri = RedisURI.create(url);
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw malformed("percent-encode special characters of the password");
    }
    uri.setTimeout(timeout);
    if (password != null) {
      uri.setCredentialsProvider(
          RedisCredentialsProvider.from(() -> RedisCredentials
              .just(username == null ? "default" : username, password)));
    }
    return uri;
  }

  private static ConfigurationException malformed(String why) {
    return new ConfigurationException(
        "REDIS_URL is not redis://[user:password@]host:port[/database]: " + why);
  }

  /** Without user and password: fit for logs. */
  @Override
  public String toString() {
    RedisURI uri = uri();
    return uri.getHost() + ":" + uri.getPort();
  }
}
