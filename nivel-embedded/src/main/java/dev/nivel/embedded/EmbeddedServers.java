package dev.nivel.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Redis and PostgreSQL of one data directory, which stays open. Thread-safe. */
public final class EmbeddedServers implements AutoCloseable {
  private final EmbeddedRedis redis;
  private final EmbeddedPostgres postgres;

  private EmbeddedServers(EmbeddedRedis redis, EmbeddedPostgres postgres) {
    this.redis = redis;
    this.postgres = postgres;
  }

  /**
   * Starts both at the same time and waits until both take connections.
   *
   * @throws EmbeddedServerException when one does not start; the other one is ended then
   */
  public static EmbeddedServers start(EmbeddedDirectory directory, RedisSettings redisSettings,
      PostgresSettings postgresSettings) {
    CompletableFuture<EmbeddedRedis> redis = CompletableFuture.supplyAsync(
        () -> EmbeddedRedis.start(directory, redisSettings),
        work -> new Thread(work, "nivel-redis-start").start());
    EmbeddedPostgres postgres;
    try {
      postgres = EmbeddedPostgres.start(directory, postgresSettings);
    } catch (RuntimeException e) {
      redis.thenAccept(EmbeddedRedis::close).handle((done, failure) -> null).join();
      throw e;
    }
    try {
      return new EmbeddedServers(redis.join(), postgres);
    } catch (CompletionException e) {
      postgres.close();
      throw e.getCause() instanceof RuntimeException known ? known : e;
    }
  }

  /** The one of the two that is Redis. */
  public EmbeddedRedis redis() {
    return redis;
  }

  /** The one of the two that is PostgreSQL. */
  public EmbeddedPostgres postgres() {
    return postgres;
  }

  /** Ends both in good order; blocks for as long as they take, up to 30 seconds each. */
  @Override
  public void close() {
    try {
      redis.close();
    } finally {
      postgres.close();
    }
  }
}
