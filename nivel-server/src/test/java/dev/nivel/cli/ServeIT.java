package dev.nivel.cli;

import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.embedded.RedisSettings;
import dev.nivel.server.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code nivel serve} as its users run it: as a process that is started, ended and killed. */
class ServeIT {
  private static final String ENTRY = "/cache/conversations/call-1/entries/slots";

  @TempDir private Path directory;

  private Map<String, String> in(String name) {
    return Map.of("NIVEL_DATA_DIR", directory.resolve(name).toString());
  }

  /** The processes that run files of this test's directory. */
  private List<ProcessHandle> children() {
    return children(directory);
  }

  private static List<ProcessHandle> children(Path directory) {
    return ProcessHandle.allProcesses().filter(process -> {
      try {
        return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
            .startsWith(directory.toString());
      } catch (IOException e) {
        return false;
      }
    }).toList();
  }

  @Nested
  class WithStoresOfItsOwn {
    @Test
    void keepsItsDataOverARestart() {
      try (ServeProcess server = ServeProcess.start(directory, in("data"))) {
        assertThat(server.output()).contains("embedded", "on port", "without a token");
        new Http(server.url()).put(ENTRY, "{\"a\":1}");
        assertThat(children()).isNotEmpty();
      }
      assertThat(children()).isEmpty();
      try (ServeProcess server = ServeProcess.start(directory, in("data"))) {
        assertThat(new Http(server.url()).get(ENTRY).text()).isEqualTo("{\"a\":1}");
      }
    }

    @Test
    void endsItsChildrenWithItself() {
      ServeProcess server = ServeProcess.start(directory, in("data"));
      server.close();
      assertThat(server.output()).contains("Ending", "Ended");
      assertThat(children()).isEmpty();
    }

    @Test
    void losesNothingWhenItIsKilled() { // I1
      ServeProcess server = ServeProcess.start(directory, in("data"));
      Http http = new Http(server.url());
      for (int i = 0; i < 200; i++) {
        http.post("/cache/conversations/call-" + i % 10 + "/items", "{\"turn\":" + i + "}");
      }
      server.kill();
      try (ServeProcess next = ServeProcess.start(directory, in("data"))) {
        Http again = new Http(next.url());
        for (int c = 0; c < 10; c++) {
          assertThat(again.get("/cache/conversations/call-" + c + "/items?last=100")
              .json()
              .path("items")
              .size()).isEqualTo(20);
        }
        JsonNode writes = again.get("/cache/metrics").json().path("writes");
        assertThat(writes.path("replayed").asInt()).isEqualTo(200);
        assertThat(writes.path("adopted").asInt()).isZero();
        assertThat(again.post("/cache/sync", "").status()).isEqualTo(200);
      }
    }

    @Test
    void runsBesideAnotherOneWithItsOwnDirectory() {
      try (ServeProcess first = ServeProcess.start(directory, in("one"));
          ServeProcess second = ServeProcess.start(directory, in("two"))) {
        new Http(first.url()).put(ENTRY, "1");
        assertThat(new Http(second.url()).get(ENTRY).status()).isEqualTo(404);
        assertThat(new Http(first.url()).get(ENTRY).status()).isEqualTo(200);
      }
    }

    @Test
    void refusesADirectoryThatAnotherOneUses() {
      try (ServeProcess first = ServeProcess.start(directory, in("data"))) {
        ServeProcess second = ServeProcess.launch(directory, in("data"));
        assertThat(second.await()).isEqualTo(1);
        assertThat(second.output()).contains("NIVEL_DATA_DIR", "in use by process");
        assertThat(new Http(first.url()).get("/livez").status()).isEqualTo(200);
      }
    }
  }

  @Nested
  class WithGivenStores {
    @Test
    void startsNothingOfItsOwn() {
      try (EmbeddedDirectory data = EmbeddedDirectory.open(directory.resolve("stores"))) {
        EmbeddedRedis redis = EmbeddedRedis.start(data,
            RedisSettings.defaults().withPassword("pässword"));
        EmbeddedPostgres postgres = EmbeddedPostgres.start(data, PostgresSettings.defaults());
        Map<String, String> given = Map.of("REDIS_URL", "redis://127.0.0.1:" + redis.port(),
            "REDIS_PASSWORD", "pässword", "SUPABASE_DB_URL", postgres.url(), "NIVEL_DATA_DIR",
            directory.resolve("own").toString());
        try (ServeProcess server = ServeProcess.start(directory, given)) {
          assertThat(children(directory.resolve("own"))).isEmpty();
          assertThat(server.output()).contains(":***@").doesNotContain("pässword");
          new Http(server.url()).put(ENTRY, "1");
          assertThat(new Http(server.url()).post("/cache/sync", "").json().path("synced").asInt())
              .isEqualTo(1);
        }
      }
    }

    @Test
    void saysWhatIsWrongAndEnds() {
      assertRefusal(Map.of("REDIS_L1_CACHE_SIZE", "none"), "REDIS_L1_CACHE_SIZE is \"none\"");
      assertRefusal(Map.of("NIVEL_HOST", "0.0.0.0"), "NIVEL_HOST is \"0.0.0.0\"");
      assertRefusal(Map.of("REDIS_URL", "localhost"), "REDIS_URL");
      try (EmbeddedDirectory data = EmbeddedDirectory.open(directory.resolve("stores"))) {
        EmbeddedRedis redis = EmbeddedRedis.start(data,
            RedisSettings.defaults().withPassword("right"));
        assertRefusal(Map.of("REDIS_URL", "redis://127.0.0.1:" + redis.port(), "REDIS_PASSWORD",
            "wrong"), "REDIS_PASSWORD");
        redis.stop();
        EmbeddedRedis evicting = EmbeddedRedis.start(data,
            RedisSettings.defaults()
                .withName("evicting")
                .withLines("maxmemory-policy allkeys-lru"));
        assertRefusal(Map.of("REDIS_URL", evicting.url()), "allkeys-lru");
      }
    }

    private void assertRefusal(Map<String, String> environment, String part) {
      Map<String, String> all = new HashMap<>(in("refused"));
      all.putAll(environment);
      ServeProcess server = ServeProcess.launch(directory, all);
      assertThat(server.await()).as(server.output()).isEqualTo(1);
      assertThat(server.output()).contains(part).doesNotContain("Exception", "wrong");
      assertThat(children().stream()
          .filter(child -> child.info()
              .command()
              .orElse("")
              .contains("refused")))
          .isEmpty();
    }
  }

  @Test
  void saysThatItsPortIsTaken() throws InterruptedException {
    try (ServeProcess first = ServeProcess.start(directory, in("one"))) {
      String port = first.url().replaceFirst(".*:", "");
      Map<String, String> same = new HashMap<>(in("two"));
      same.put("NIVEL_PORT", port);
      ServeProcess second = ServeProcess.launch(directory, same);
      assertThat(second.process().waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(second.output()).contains("NIVEL_PORT", port, "in use");
    }
  }
}
