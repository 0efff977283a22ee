package dev.nivel;

import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPgBouncer;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedPostgrest;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.embedded.RedisCluster;
import dev.nivel.embedded.RedisSentinels;
import dev.nivel.embedded.RedisSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

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

  /** Starts a PostgREST before a PostgreSQL that has its roles and the schema. */
  public EmbeddedPostgrest postgrest(EmbeddedPostgres database) {
    return postgrest(database, "nivel");
  }

  /** Starts a PostgREST that shows a schema of a PostgreSQL that has its roles. */
  public EmbeddedPostgrest postgrest(EmbeddedPostgres database, String schema) {
    return EmbeddedPostgrest.start(directory, database, schema);
  }

  /** Starts a PostgreSQL that takes connections with TLS only. */
  public EmbeddedPostgres postgres(SelfSignedCertificate certificate) throws IOException {
    EmbeddedPostgres.start(directory, PostgresSettings.defaults()).close(); // makes its directory
    return EmbeddedPostgres.start(directory, PostgresSettings.defaults()
        .withParameter("ssl", "on")
        .withParameter("ssl_cert_file", kept("server.crt", certificate.certificate()))
        .withParameter("ssl_key_file", kept("server.key", certificate.key()))
        .withParameter("hba_file", kept("access.conf", Files.writeString(
            directory.path().resolve("access.conf"),
            "hostssl all all 127.0.0.1/32 scram-sha-256\n"))));
  }

  /** A copy that PostgreSQL may read, as whoever it runs, and nobody else. */
  private String kept(String name, Path file) throws IOException {
    Path home = directory.path().resolve("postgres");
    Path copy = Files.copy(file, home.resolve(name));
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
    Files.setOwner(copy, Files.getOwner(home));
    return copy.toString();
  }

  /** Starts a PgBouncer in transaction mode before a PostgreSQL. */
  public EmbeddedPgBouncer pgBouncer(EmbeddedPostgres database) {
    return EmbeddedPgBouncer.start(directory, database);
  }

  /** Ends all servers. */
  @Override
  public void close() {
    directory.close();
  }
}
