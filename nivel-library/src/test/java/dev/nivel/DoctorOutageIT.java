package dev.nivel;

import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedPostgrest;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.EmbeddedServer;
import dev.nivel.store.Judgement;
import dev.nivel.store.Judgement.Verdict;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/** The doctor at stores that take connections and say nothing more, all ways into them set. */
class DoctorOutageIT {
  /** Generous: it only tells whether the doctor hangs. */
  private static final Duration HANGS = Duration.ofMinutes(3);
  private static final String KEY = EmbeddedPostgrest.key("service_role");

  private static Servers servers;
  private static EmbeddedRedis redis;
  private static EmbeddedPostgres postgres;
  private static EmbeddedPostgrest postgrest;
  private static NivelConfig config;

  @BeforeAll
  static void start(@TempDir Path directory) throws SQLException {
    servers = Servers.in(directory.resolve("servers"));
    redis = servers.redis();
    postgres = servers.postgres();
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(EmbeddedPostgrest.rolesSql());
    }
    NivelConfig overJdbc = NivelConfig.of(Map.of("REDIS_URL", redis.url(), "SUPABASE_DB_URL",
        postgres.url(), "NIVEL_DATA_DIR", directory.resolve("data").toString()));
    Nivel.migrate(overJdbc);
    postgrest = servers.postgrest(postgres);
    config = NivelConfig.of(Map.of("REDIS_URL", redis.url(), "SUPABASE_DB_URL", postgres.url(),
        "SUPABASE_URL", postgrest.url(), "SUPABASE_KEY", KEY, "SUPABASE_REST_PATH", "/",
        "REDIS_TIMEOUT_MS", "3000", "SUPABASE_TIMEOUT_MS", "8000", "NIVEL_DATA_DIR",
        directory.resolve("data").toString()));
  }

  @AfterAll
  static void end() {
    servers.close();
  }

  private static List<Finding> examine(EmbeddedServer... frozen) {
    List<EmbeddedServer> stopped = List.of(frozen);
    stopped.forEach(EmbeddedServer::freeze);
    try {
      List<Finding> findings = assertTimeoutPreemptively(HANGS,
          () -> Doctor.examine(config, new Silent()));
      assertThat(findings.toString()).doesNotContain(KEY,
          postgres.url().replaceFirst(".*:([^@]*)@.*", "$1"));
      assertThat(findings).filteredOn(Finding::mustBeMended)
          .allSatisfy(finding -> assertThat(finding.judgement().advice()).isNotEmpty());
      return findings;
    } finally {
      stopped.forEach(EmbeddedServer::thaw);
    }
  }

  private static final class Silent implements Doctor.Listener {
    @Override
    public void checking(String subject, String check) {}

    @Override
    public void found(Finding finding) {}
  }

  private static Judgement only(List<Finding> findings, String subject, String check) {
    List<Judgement> found = new ArrayList<>();
    findings.stream()
        .filter(finding -> finding.subject().equals(subject) && finding.check().equals(check))
        .forEach(finding -> found.add(finding.judgement()));
    assertThat(found).as(subject + ": " + check + " in " + findings).hasSize(1);
    return found.get(0);
  }

  private static void assertOut(List<Finding> findings, String subject, String seen,
      String advice) {
    Judgement judgement = only(findings, subject, "reachable");
    assertThat(judgement.verdict()).isEqualTo(Verdict.MEND);
    assertThat(judgement.seen()).contains(seen);
    assertThat(judgement.advice()).contains(advice);
    assertThat(only(findings, subject, "all else").verdict()).isEqualTo(Verdict.SKIPPED);
  }

  private static void assertIn(List<Finding> findings, String... subjects) {
    for (String subject : subjects) {
      assertThat(only(findings, subject, "reachable").verdict()).isEqualTo(Verdict.OK);
      assertThat(only(findings, subject, "clock").verdict()).isEqualTo(Verdict.OK);
    }
  }

  @Test
  void whereNothingIsFrozenAllWaysInAreExaminedAndTheClocksCompared() {
    List<Finding> findings = examine();
    assertIn(findings, "redis", "supabase", "supabase over REST");
    assertThat(findings).noneMatch(Finding::mustBeMended);
    assertThat(only(findings, "clocks", "of the stores").seen()).contains("supabase");
    assertThat(only(findings, "data directory", "writable").verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void aFrozenRedisIsNamedAndKeepsNothingElseFromItsTurn() {
    List<Finding> findings = examine(redis);
    assertOut(findings, "redis", "127.0.0.1:" + redis.port(), "see that Redis runs there");
    assertIn(findings, "supabase", "supabase over REST");
  }

  @Test
  void aFrozenPostgresqlIsNamedAndKeepsNothingElseFromItsTurn() {
    List<Finding> findings = examine(postgres);
    assertOut(findings, "supabase", "the database does not answer", "SUPABASE_DB_URL");
    assertOut(findings, "supabase over REST", postgrest.url(), "not paused");
    assertIn(findings, "redis");
    assertThat(only(findings, "data directory", "writable").verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void aFrozenPostgrestIsNamedAndKeepsNothingElseFromItsTurn() {
    List<Finding> findings = examine(postgrest);
    assertOut(findings, "supabase over REST", "took over 8000 ms", "SUPABASE_URL");
    assertIn(findings, "redis", "supabase");
  }

  @Test
  void ifAllAreFrozenEachOfThemIsNamed() {
    List<Finding> findings = examine(redis, postgres, postgrest);
    assertOut(findings, "redis", "127.0.0.1:" + redis.port(), "see that Redis runs there");
    assertOut(findings, "supabase", "the database does not answer", "SUPABASE_DB_URL");
    assertOut(findings, "supabase over REST", "took over 8000 ms", "SUPABASE_URL");
    assertThat(only(findings, "data directory", "writable").verdict()).isEqualTo(Verdict.OK);
  }
}
