package dev.nivel;

import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.embedded.RedisCluster;
import dev.nivel.embedded.RedisSentinels;
import dev.nivel.embedded.RedisSettings;
import java.nio.file.Path;

/** Real servers for one test class, in a directory of their own. */
public final class Servers implements AutoCloseable {
  /** Shared, so that PostgreSQL is unpacked once. */
  private static final Path BINARIES = Path.of("target", "embedded-bin").toAbsolutePath();

  private final EmbeddedDirectory directory;

  private Servers(EmbeddedDirectory directory) {
    this.directory = directory;
  }

  /** A place for servers. */
  public static Servers in(Path directory) {
    return new Servers(EmbeddedDirectory.open(directory, BINARIES));
  }

  /** Starts a Redis that keeps its data, without a password. */
  public EmbeddedRedis redis() {
    return redis(RedisSettings.defaults());
  }

  /** Starts a Redis. */
  public EmbeddedRedis redis(RedisSettings settings) {
    return EmbeddedRedis.start(directory, settings);
  }

  /** Starts a Redis Cluster. */
  public RedisCluster redisCluster(RedisSettings settings) {
    return RedisCluster.start(directory, settings);
  }

  /** Starts a Redis with replicas and Sentinels. */
  public RedisSentinels redisSentinels(RedisSettings settings) {
    return RedisSentinels.start(directory, settings);
  }

  /** Starts a PostgreSQL. */
  public EmbeddedPostgres postgres() {
    return EmbeddedPostgres.start(directory, PostgresSettings.defaults());
  }

  /** Ends all servers. */
  @Override
  public void close() {
    directory.close();
  }
}
