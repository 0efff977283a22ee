package dev.nivel.server;

import dev.nivel.Settings;
import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.embedded.RedisSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Real stores that die, freeze and come back under a load of reads and writes: no request fails,
 * and no read returns less than what was acknowledged before it (I1, I2, I3).
 */
class OutageIT {
  @TempDir private Path directory;
  private EmbeddedDirectory stores;
  private EmbeddedPostgres postgres;
  private Map<String, String> supabase;

  @BeforeEach
  void startPostgres() {
    stores = EmbeddedDirectory.open(directory.resolve("stores"));
    postgres = EmbeddedPostgres.start(stores, PostgresSettings.defaults());
    supabase = supabase(stores, postgres);
  }

  /** Where L3 is, as settings of the server. */
  Map<String, String> supabase(EmbeddedDirectory directory, EmbeddedPostgres database) {
    return Map.of("SUPABASE_DB_URL", database.url());
  }

  @AfterEach
  void endStores() {
    stores.close();
  }

  private EmbeddedRedis redis(String... lines) {
    return EmbeddedRedis.start(stores, RedisSettings.defaults().withLines(lines));
  }

  private Server server(EmbeddedRedis redis, String data) {
    return Server.start(settings(redis, data));
  }

  private Settings settings(EmbeddedRedis redis, String data) {
    Map<String, String> variables = new HashMap<>(supabase);
    variables.putAll(Map.of("REDIS_URL", redis.url(), "NIVEL_PORT", "0", "NIVEL_DATA_DIR",
        directory.resolve(data).toString(), "CIRCUIT_BREAKER_TIMEOUT", "1", "SYNC_INTERVAL", "2"));
    return Settings.of(variables);
  }

  private static void awaitRequests(Load load, long more) {
    long wanted = load.requests() + more;
    Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> load.requests() >= wanted);
  }

  private static void awaitMode(Server server, String mode) {
    Http http = new Http(server.url());
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> http.get("/readyz").json().path("mode").stringValue().equals(mode));
  }

  /** Nothing was wrong; and a server that has nothing in memory reads the same from the stores. */
  private void assertNothingLost(Load load, Server server, EmbeddedRedis redis) {
    assertThat(load.mistakes()).isEmpty();
    assertThat(load.endAndCompare(new Http(server.url()))).isEmpty();
    try (Server other = server(redis, "other")) {
      assertThat(load.endAndCompare(new Http(other.url()))).isEmpty();
    }
    Http http = new Http(server.url());
    assertThat(http.post("/cache/sync", "").status()).isEqualTo(200);
    assertThat(http.get("/cache/metrics").json().at("/levels/l2/errors").asInt()).isPositive();
  }

  @Test
  void redisThatIsKilledAndComesBackWithItsData() {
    EmbeddedRedis redis = redis();
    try (Server server = server(redis, "data"); Load load = Load.on(server.url())) {
      awaitRequests(load, 500);
      redis.kill();
      awaitMode(server, "bypass");
      awaitRequests(load, 500);
      redis.restart();
      awaitMode(server, "normal");
      awaitRequests(load, 500);
      assertNothingLost(load, server, redis);
    }
  }

  @Test
  void redisThatIsKilledAndComesBackEmpty() {
    EmbeddedRedis redis = redis("appendonly no");
    try (Server server = server(redis, "data"); Load load = Load.on(server.url())) {
      awaitRequests(load, 500);
      redis.kill();
      redis.deleteFiles();
      awaitMode(server, "bypass");
      awaitRequests(load, 500);
      redis.restart();
      awaitMode(server, "normal");
      awaitRequests(load, 500);
      assertNothingLost(load, server, redis);
    }
  }

  @Test
  void redisThatComesBackWithOlderData() throws IOException {
    EmbeddedRedis redis = redis();
    Path files = stores.path().resolve("redis").resolve("files");
    Path older = directory.resolve("older");
    try (Server server = server(redis, "data"); Load load = Load.on(server.url())) {
      awaitRequests(load, 1_000);
      copy(files, older);
      awaitRequests(load, 1_000);
      redis.kill();
      redis.deleteFiles();
      copy(older, files);
      redis.restart();
      awaitMode(server, "normal");
      awaitRequests(load, 500);
      assertNothingLost(load, server, redis);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @Test
  void redisThatRestartsSoFastThatNoBreakerNotices() {
    EmbeddedRedis redis = redis("appendonly no");
    try (Server server = server(redis, "data"); Load load = Load.on(server.url())) {
      for (int i = 0; i < 5; i++) {
        awaitRequests(load, 300);
        redis.kill();
        redis.restart();
      }
      awaitMode(server, "normal");
      awaitRequests(load, 300);
      assertNothingLost(load, server, redis);
    }
  }

  @Test
  void redisThatFreezesAndGoesOn() {
    EmbeddedRedis redis = redis();
    try (Server server = server(redis, "data"); Load load = Load.on(server.url())) {
      awaitRequests(load, 500);
      redis.freeze();
      awaitMode(server, "bypass");
      awaitRequests(load, 500);
      redis.thaw();
      awaitMode(server, "normal");
      awaitRequests(load, 500);
      assertNothingLost(load, server, redis);
    }
  }

  @Test
  void postgresThatIsKilledAndComesBack() {
    EmbeddedRedis redis = redis();
    // On a busy machine a call may take longer than 250 ms, and here nothing could take its place.
    Settings patient = settings(redis, "data").with("REDIS_TIMEOUT_MS", "30000");
    try (Server server = Server.start(patient); Load load = Load.on(server.url())) {
      awaitRequests(load, 1_500); // every conversation has been read once
      postgres.kill();
      awaitMode(server, "buffering");
      awaitRequests(load, 500);
      postgres.restart();
      awaitMode(server, "normal");
      awaitRequests(load, 500);
      assertThat(load.mistakes()).isEmpty();
      Http http = new Http(server.url());
      assertThat(load.endAndCompare(http)).isEmpty();
      assertThat(http.post("/cache/sync", "").status()).isEqualTo(200);
    }
  }
}
