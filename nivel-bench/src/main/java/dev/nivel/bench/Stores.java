package dev.nivel.bench;

import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.embedded.RedisSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/** A real Redis and a real PostgreSQL. For use by one thread. */
final class Stores implements AutoCloseable {
  /** Where all of them keep the servers' programs, which takes seconds to unpack. */
  private static final String PROGRAMS = System.getProperty("nivel.bench.programs", "");

  private final Path directory;
  private final EmbeddedDirectory stores;
  private final EmbeddedRedis redis;
  private final EmbeddedPostgres postgres;

  private Stores(Path directory) {
    this.directory = directory;
    stores = open(directory);
    // Its own log on the disk would be a cost of each write that hides the journal's.
    redis = EmbeddedRedis.start(stores, RedisSettings.defaults().withLines("appendonly no"));
    postgres = EmbeddedPostgres.start(stores, PostgresSettings.defaults());
  }

  /** A directory of servers below another one. */
  static EmbeddedDirectory open(Path directory) {
    Path servers = directory.resolve("stores");
    return PROGRAMS.isEmpty() ? EmbeddedDirectory.open(servers)
        : EmbeddedDirectory.open(servers, Path.of(PROGRAMS));
  }

  static Stores start(Path directory) {
    return new Stores(directory);
  }

  /**
   * Keeps both to one core, so that the load has the others for itself.
   *
   * @param core empty = anywhere
   */
  void keepTo(String core) {
    if (core.isEmpty()) {
      return;
    }
    LongStream.of(redis.pid(), postgres.pid())
        .forEach(pid -> ProcessHandle.of(pid)
            .ifPresent(server -> {
              keepTo(core, pid);
              server.descendants().forEach(child -> keepTo(core, child.pid()));
            }));
  }

  private static void keepTo(String core, long pid) {
    try {
      new ProcessBuilder("taskset", "-a", "-c", "-p", core, Long.toString(pid))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What an instance of the library needs to use them.
   *
   * @param node the name of its data directory
   * @param more further variables
   */
  Map<String, String> variables(String node, Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(Map.of("REDIS_URL", redis.url(),
        "SUPABASE_DB_URL", postgres.url(), "NIVEL_DATA_DIR", directory.resolve(node).toString()));
    variables.putAll(more);
    return variables;
  }

  EmbeddedRedis redis() {
    return redis;
  }

  String redisUrl() {
    return redis.url();
  }

  int redisPort() {
    return URI.create(redis.url()).getPort();
  }

  /** One of PostgreSQL's addresses, through a proxy. */
  String postgresAt(String url, DelayProxy proxy) {
    return url.replace("127.0.0.1:" + postgres.port(), "127.0.0.1:" + proxy.port());
  }

  EmbeddedPostgres postgres() {
    return postgres;
  }

  @Override
  public void close() {
    redis.close();
    postgres.close();
    stores.close();
  }
}
