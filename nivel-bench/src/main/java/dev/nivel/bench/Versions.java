package dev.nivel.bench;

import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.cache.CacheBuilder;
import dev.nivel.embedded.EmbeddedRedis;
import io.lettuce.core.RedisClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.Runner;
import org.redisson.Redisson;

/** Which versions of everything were measured. Stateless. */
final class Versions {
  private static final List<Class<?>> LIBRARIES = List.of(Caffeine.class, CacheBuilder.class,
      CaffeineCacheBuilder.class, Redisson.class, RedisClient.class, Vertx.class,
      Runner.class);

  private Versions() {}

  /** The names of the files of libraries have their versions. */
  static String ofLibraries() {
    return LIBRARIES.stream()
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(place -> Path.of(place.getPath()).getFileName().toString().replace(".jar", ""))
        .collect(Collectors.joining(", "));
  }

  /** Those of the servers, which are started for that. */
  static String ofServers() throws IOException {
    Path scratch = Files.createTempDirectory("nivel-bench-");
    try (Stores stores = Stores.start(scratch)) {
      return "Redis " + ofRedis(stores.redis()) + ", PostgreSQL "
          + ofPostgres(stores.postgres().jdbcUrl());
    } finally {
      Main.delete(scratch);
    }
  }

  private static String ofRedis(EmbeddedRedis redis) {
    return redis.ask("INFO", "server")
        .lines()
        .filter(line -> line.startsWith("redis_version:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("of unknown version");
  }

  private static String ofPostgres(String jdbcUrl) {
    try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
      DatabaseMetaData facts = connection.getMetaData();
      return facts.getDatabaseProductVersion() + ", " + facts.getDriverName() + " "
          + facts.getDriverVersion();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a server says of itself in the header of that name. */
  static String ofHttpServer(String url) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
          .headers()
          .firstValue("Server")
          .orElse("unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
