package dev.nivel.cli;

import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.embedded.RedisSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The doctor at real stores, as an operator calls him. */
class DoctorIT {
  private static final String REDIS_PASSWORD = "r3dis-s3cret";
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static EmbeddedDirectory stores;
  private static EmbeddedPostgres postgres;
  private static EmbeddedRedis redis;

  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private boolean isTerminal;
  private String jdbcUrl = "";

  @BeforeAll
  static void start(@TempDir Path directory) {
    stores = EmbeddedDirectory.open(directory.resolve("stores"));
    postgres = EmbeddedPostgres.start(stores, PostgresSettings.defaults());
    redis = EmbeddedRedis.start(stores, RedisSettings.defaults().withPassword(REDIS_PASSWORD));
  }

  @AfterAll
  static void end() {
    stores.close();
  }

  @BeforeEach
  void configure(@TempDir Path directory) throws SQLException {
    String name = "doctor_" + DATABASES.incrementAndGet();
    execute(postgres.jdbcUrl(), "create database " + name);
    jdbcUrl = postgres.jdbcUrl().replace("/postgres?", "/" + name + "?");
    environment.putAll(Map.of("REDIS_URL", redis.url(), "SUPABASE_DB_URL",
        postgres.url().replaceFirst("/postgres$", "/" + name), "NIVEL_DATA_DIR",
        directory.toString(), "REDIS_TIMEOUT_MS", "30000", "SUPABASE_TIMEOUT_MS", "60000",
        "NIVEL_JOURNAL_BYTES", Long.toString(64L << 20)));
  }

  private static void execute(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void migrate() {
    Nivel.migrate(NivelConfig.of(environment));
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    Console console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        new ByteArrayInputStream(new byte[0]), isTerminal);
    int code = new Main(console, environment).run(arguments);
    String postgresPassword = postgres.url().replaceFirst(".*:([^@]*)@.*", "$1");
    assertThat(output() + errors()).doesNotContain(REDIS_PASSWORD, postgresPassword, "\tat ");
    return code;
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** What is to be warned of; latencies are up to the machine. */
  private List<String> warnings() {
    return output().lines().filter(line -> line.startsWith("warning ")).toList();
  }

  /** The line about a check. */
  private String line(String subject, String check) {
    return output().lines()
        .filter(line -> line.matches("\\w+ +" + subject + " +" + check + " .*"))
        .findFirst()
        .orElse("none");
  }

  @Test
  void whereAllIsWellNothingIsWrong() {
    migrate();
    isTerminal = true;
    assertThat(run("doctor")).isZero();
    assertThat(output()).contains("ok ").doesNotContain("MEND", "skipped");
    assertThat(warnings()).allMatch(line -> line.contains(" latency "));
    assertThat(line("clocks", "of the stores")).startsWith("ok").contains("supabase");
    assertThat(line("redis", "eviction policy")).startsWith("ok").contains("noeviction");
    assertThat(line("supabase", "way in")).contains("a direct connection");
    assertThat(line("supabase", "outsiders")).startsWith("ok");
    assertThat(line("data directory", "free space")).startsWith("ok").contains("64 MiB");
    assertThat(errors()).contains("checking redis: latency", "checking supabase: clock");
  }

  @Test
  void showsNoProgressToNobody() {
    assertThat(run("doctor")).isEqualTo(1);
    assertThat(output()).contains("MEND");
    assertThat(errors()).isEmpty();
    isTerminal = true;
    run("doctor");
    assertThat(errors()).contains("checking redis: reachable");
  }

  @Test
  void aRedisThatMayEvictWhatIsUnsyncedMustBeMended() {
    migrate();
    EmbeddedRedis evicting = EmbeddedRedis.start(stores, RedisSettings.defaults()
        .withName("evicting")
        .withLines("maxmemory-policy allkeys-lru", "appendonly no"));
    environment.put("REDIS_URL", evicting.url());
    assertThat(run("doctor")).isEqualTo(1);
    assertThat(line("redis", "eviction policy")).startsWith("MEND").contains("allkeys-lru");
    assertThat(line("redis", "persistence")).startsWith("warning");
    assertThat(output()).contains("-> set maxmemory-policy to volatile-lru", "-> set appendonly",
        "to be mended: 1; warnings: ");
  }

  @Test
  void aWarningAloneIsNoFailure() {
    migrate();
    EmbeddedRedis forgetful = EmbeddedRedis.start(stores,
        RedisSettings.defaults().withName("forgetful").withLines("appendonly no"));
    environment.put("REDIS_URL", forgetful.url());
    assertThat(run("doctor")).isZero();
    assertThat(line("redis", "persistence")).startsWith("warning");
    assertThat(output()).contains("to be mended: 0; warnings: ");
  }

  @Test
  void aDatabaseWithoutTheSchemaMustBeMigrated() {
    assertThat(run("doctor")).isEqualTo(1);
    assertThat(line("supabase", "reachable")).startsWith("ok");
    assertThat(line("supabase", "schema")).startsWith("MEND").endsWith("there is none");
    assertThat(output()).contains("-> run nivel migrate");
    assertThat(line("supabase", "all else")).startsWith("skipped").contains("rights, row security");
  }

  @Test
  void aGrantToBrowsersMustBeTakenBack() throws SQLException {
    execute(jdbcUrl, "do $$ begin create role anon; exception when duplicate_object then null;"
        + " end $$");
    migrate();
    execute(jdbcUrl, "grant usage on schema nivel to anon; grant select on nivel.items to anon");
    assertThat(run("doctor")).isEqualTo(1);
    assertThat(line("supabase", "outsiders")).startsWith("MEND").contains("open to anon");
    assertThat(output()).contains("tables are open: items to anon",
        "-> revoke all on schema nivel from anon", "to be mended: 2; warnings: ");
  }

  @Test
  void aDeadRedisKeepsNothingElseFromBeingChecked() {
    migrate();
    EmbeddedRedis dead = EmbeddedRedis.start(stores, RedisSettings.defaults().withName("dead"));
    environment.put("REDIS_URL", dead.url());
    dead.close();
    assertThat(run("doctor")).isEqualTo(1);
    assertThat(line("redis", "reachable")).startsWith("MEND").contains("Connection refused");
    assertThat(line("redis", "all else")).startsWith("skipped").contains("eviction policy");
    assertThat(line("supabase", "schema")).startsWith("ok");
    assertThat(line("data directory", "writable")).startsWith("ok");
  }

  @Test
  void jsonIsOneObjectWithAllFindings() {
    assertThat(run("doctor", "--output", "json")).isEqualTo(1);
    assertThat(output().lines()).hasSize(1);
    JsonNode report = JsonMapper.builder().build().readTree(output());
    assertThat(report.path("status").stringValue()).isEqualTo("failed");
    assertThat(report.path("to_be_mended").intValue()).isEqualTo(1);
    assertThat(report.path("warnings").isInt()).isTrue();
    assertThat(report.path("skipped").intValue()).isEqualTo(1);
    JsonNode schema = report.path("findings")
        .valueStream()
        .filter(finding -> finding.path("check").stringValue().equals("schema"))
        .findFirst()
        .orElseThrow();
    assertThat(schema.path("subject").stringValue()).isEqualTo("supabase");
    assertThat(schema.path("verdict").stringValue()).isEqualTo("mend");
    assertThat(schema.path("seen").stringValue()).isEqualTo("there is none");
    assertThat(schema.path("advice").stringValue()).contains("nivel migrate");
    migrate();
    assertThat(run("doctor", "--output", "json")).isZero();
    assertThat(output()).startsWith("{\"status\":\"success\",\"to_be_mended\":0,\"warnings\":")
        .contains("\"skipped\":0,");
  }

  @Test
  void whatIsNotConfiguredIsSkipped() {
    environment.remove("REDIS_URL");
    environment.remove("SUPABASE_DB_URL");
    assertThat(run("doctor")).isZero();
    assertThat(line("redis", "configured")).startsWith("skipped").contains("REDIS_URL is not set");
    assertThat(line("supabase", "configured")).startsWith("skipped").contains("SUPABASE_DB_URL");
    assertThat(output()).endsWith("nothing is wrong; not looked at: redis, supabase\n");
    assertThat(run("doctor", "--output", "json")).isZero();
    assertThat(output()).contains("\"skipped\":2,");
  }

  @Test
  void bothWaysIntoSupabaseAreExaminedAndTheKeyIsNotShown() {
    migrate();
    String key = "sb_secret_0123456789";
    environment.putAll(Map.of("SUPABASE_URL", "http://127.0.0.1:1", "SUPABASE_KEY", key));
    assertThat(run("doctor")).isEqualTo(1);
    assertThat(line("supabase", "schema")).startsWith("ok");
    assertThat(line("supabase over REST", "reachable")).startsWith("MEND").contains("127.0.0.1:1");
    assertThat(output()).contains("-> see that SUPABASE_URL is right").doesNotContain(key);
    environment.remove("SUPABASE_DB_URL");
    assertThat(run("doctor")).isEqualTo(1);
    assertThat(line("supabase", "reachable")).isEqualTo("none");
    assertThat(line("supabase over REST", "reachable")).startsWith("MEND");
  }

  @Test
  void aSettingThatIsNotAllowedIsAFinding() {
    environment.put("SYNC_INTERVAL", "often");
    assertThat(run("doctor")).isEqualTo(1);
    assertThat(line("configuration", "settings")).startsWith("MEND")
        .contains("SYNC_INTERVAL is \"often\"");
    assertThat(run("doctor", "--output", "json")).isEqualTo(1);
    assertThat(output()).contains("\"subject\":\"configuration\"");
  }

  @Test
  void wrongUseHasItsOwnExitCode() {
    assertThat(run("doctor", "--output", "xml")).isEqualTo(2);
    assertThat(run("doctor", "--frob")).isEqualTo(2);
    assertThat(run("doctor", "--help")).isZero();
    assertThat(output()).contains("Usage: nivel doctor", "eviction", "rights");
  }
}
