package dev.nivel.cli;

import dev.nivel.Settings;
import dev.nivel.server.Server;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The commands, against a server with real stores that asks for a token. */
class CommandLineIT {
  private static final Path SAMPLE = Path.of("..", "samples", "calls.jsonl");
  private static Server server;

  private final String id = "call/ñ " + UUID.randomUUID();
  private final Map<String, String> environment = new HashMap<>(Map.of("NIVEL_API_TOKEN", "t0ken"));
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String in = "";
  private boolean isTerminal;

  @BeforeAll
  static void start(@TempDir Path directory) {
    server = Server.start(Settings.of(Map.of("NIVEL_DATA_DIR", directory.toString(),
        "NIVEL_PORT", "0", "NIVEL_API_TOKEN", "t0ken")));
  }

  @AfterAll
  static void end() {
    server.close();
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    environment.put("NIVEL_URL", server.url());
    Console console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)), isTerminal);
    return new Main(console, environment).run(arguments);
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void putGetAppendAndShow() {
    assertThat(run("put", id, "slots", "{\"size\": 1.0}")).isZero();
    assertThat(output()).matches("\\d{15,16}");
    assertThat(run("get", id, "slots")).isZero();
    assertThat(output()).isEqualTo("{\"size\": 1.0}");
    in = "hola, ¿qué tal?";
    assertThat(run("put", id, "note", "-", "--ttl", "60")).isZero();
    run("get", id, "note");
    assertThat(output()).isEqualTo(in);
    assertThat(run("append", id, "[{\"turn\":1},{\"turn\":2}]")).isZero();
    assertThat(output().lines()).hasSize(2);
    in = "{\"turn\":3}\n{\"turn\":4}\n";
    assertThat(run("append", id, "-", "--output", "json")).isZero();
    assertThat(output()).contains("\"durability\":[\"redis\",\"journal\"]");
    assertThat(run("show", id)).isZero();
    assertThat(output()).contains("entries: 2", "slots = {\"size\":1.0}", "items: 4",
        "{\"turn\":3}");
    assertThat(run("show", id, "--output", "json")).isZero();
    assertThat(output()).startsWith("{\"conversation_id\":\"" + id);
    assertThat(run("get", id, "nothing")).isEqualTo(1);
    assertThat(errors()).contains("there is no such entry (404)");
  }

  @Test
  void preloadSyncMetricsAndErase() {
    run("append", id, "{\"turn\":1}");
    assertThat(run("preload", id)).isZero();
    assertThat(output()).contains(id + ": the conversation is in memory");
    assertThat(run("preload", id, "nobody")).isEqualTo(1);
    assertThat(run("sync")).isZero();
    assertThat(output()).contains("synced", "pending");
    assertThat(run("sync", id)).isZero();
    assertThat(run("metrics")).isZero();
    assertThat(output()).contains("levels.l1.hits", "mode");
    assertThat(run("erase", id)).isEqualTo(2);
    assertThat(errors()).contains("--yes");
    assertThat(run("erase", id, "--yes")).isZero();
    assertThat(run("show", id)).isEqualTo(1);
  }

  @Nested
  class Import {
    @Test
    void ofTheSampleBringsEveryConversation() {
      isTerminal = true;
      assertThat(run("import", SAMPLE.toString())).isZero();
      assertThat(output()).contains("imported 20 conversations", "fields a second");
      assertThat(errors()).contains("\r").contains(" %  ");
      assertThat(run("show", "clínica-sol:cita-0042")).isIn(0, 1);
    }

    @Test
    void readsGzipAndCountsInJson(@TempDir Path directory) throws IOException {
      Path file = directory.resolve("calls.jsonl.gz");
      try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
        gzip.write(("{\"conversation_id\":\"" + id + "\",\"entries\":{\"a/b\":{\"x\":1.0}},"
            + "\"items\":[{\"t\":1.0},\"ñ\\u00f1\",null]}\n").getBytes(StandardCharsets.UTF_8));
      }
      assertThat(run("import", file.toString(), "--output", "json")).isZero();
      assertThat(output())
          .startsWith("{\"conversations\":1,\"entries\":1,\"items\":3,\"failed\":0,");
      run("get", id, "a/b");
      assertThat(output()).isEqualTo("{\"x\":1.0}");
      run("show", id, "--output", "json");
      assertThat(output()).contains("\"value\":{\"t\":1.0}", "\"value\":\"ñ\\u00f1\"");
    }

    @Test
    void namesTheLinesThatFailAndBringsTheOthers() {
      in = "{\"conversation_id\":\"" + id + "\",\"items\":[1]}\nnonsense\n"
          + "{\"conversation_id\":\"..\",\"items\":[1]}\n{\"items\":[1]}\n";
      assertThat(run("import", "-")).isEqualTo(1);
      assertThat(output()).contains("imported 1 conversations");
      assertThat(errors()).contains("line 2: it is not valid JSON", "line 3:", "(400)",
          "line 4: it is not a string", "3 lines failed");
    }

    @Test
    void ofAFileThatIsNotThereSaysSo() {
      assertThat(run("import", "nowhere.jsonl")).isEqualTo(1);
      assertThat(errors()).contains("nowhere.jsonl");
    }
  }

  @Nested
  class Refusals {
    @Test
    void ofTokensAreExplained() {
      environment.remove("NIVEL_API_TOKEN");
      assertThat(run("metrics")).isEqualTo(1);
      assertThat(errors()).contains("Authorization: Bearer <token> (401)");
      assertThat(run("metrics", "--token", "wrong")).isEqualTo(1);
      assertThat(errors()).contains("not valid").doesNotContain("wrong");
      assertThat(run("metrics", "--token", "t0ken")).isZero();
    }

    @Test
    void ofAServerThatIsNotThereNameItsAddress() {
      assertThat(run("metrics", "--url", "http://127.0.0.1:1")).isEqualTo(1);
      assertThat(errors()).contains("no server answers at http://127.0.0.1:1");
      assertThat(run("metrics", "--url", "nonsense")).isEqualTo(2);
      assertThat(errors()).contains("--url is \"nonsense\"");
    }

    @Test
    void ofWrongUseHaveTheirOwnExitCode() {
      assertThat(run()).isEqualTo(2);
      assertThat(run("frob")).isEqualTo(2);
      assertThat(run("put", id)).isEqualTo(2);
      assertThat(errors()).contains("Missing required parameter", "nivel put --help");
      assertThat(run("metrics", "--frob")).isEqualTo(2);
      assertThat(run("import", "--help")).isZero();
      assertThat(output()).contains("Usage: nivel import");
      assertThat(run("--version")).isZero();
    }
  }

  @Test
  void configShowsWhatIsInForceWithoutSecrets() {
    environment.put("SYNC_INTERVAL", "60");
    environment.put("DATABASE_URL", "postgresql://u:s3cret@h/d");
    assertThat(run("config")).isZero();
    assertThat(output()).contains("SYNC_INTERVAL", "60", "postgresql://u:***@h/d", "DATABASE_URL",
        "embedded (nivel serve)").doesNotContain("s3cret", "t0ken");
    assertThat(run("config", "--output", "json")).isZero();
    assertThat(output()).contains("\"SYNC_INTERVAL\":{");
    environment.put("SYNC_INTERVAL", "often");
    assertThat(run("config")).isEqualTo(1);
    assertThat(errors()).contains("SYNC_INTERVAL is \"often\"");
  }

  @Test
  void migratePrintsTheSchema() {
    assertThat(run("migrate", "--print")).isZero();
    assertThat(output()).contains("create table nivel.conversations");
    environment.remove("DATABASE_URL");
    assertThat(run("migrate")).isEqualTo(1);
    assertThat(errors()).contains("neither SUPABASE_DB_URL nor SUPABASE_URL is set");
  }
}
