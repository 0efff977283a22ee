package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.store.Condition;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.L3;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What Nivel asks of a transaction pooler, and what it does not: anything that outlives a call. */
class TransactionPoolerIT {
  /** Supavisor can be told to refuse each SET but SET LOCAL and SET TRANSACTION. */
  private static final Pattern SESSION = Pattern.compile(
      "\\b(set\\s+(?!local|transaction)\\w+|set_config|listen|pg_(try_)?advisory_lock|prepare)\\b"
          + "|\\bS_\\d",
      Pattern.CASE_INSENSITIVE);
  private static final int CALLS = 12;

  private static Servers servers;
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    postgres = servers.postgres();
  }

  @AfterAll
  static void end() {
    servers.close();
  }

  private static String said(FreshDatabase database, String word) throws IOException {
    try (RecordingProxy proxy = RecordingProxy.before(postgres.port());
        L3 l3 = FreshDatabase
            .open(database.url().replace(":" + postgres.port(), ":" + proxy.port()) + word)) {
      l3.probe();
      for (int i = 1; i <= CALLS; i++) {
        l3.write(writes("call", entry("x", i, "v" + i)));
        l3.writeFirst("call", List.of(entry("y", i, "v" + i)), Condition.NONE, false);
        l3.entry("call", "x");
        l3.conversations(List.of("call"));
      }
      return proxy.said();
    }
  }

  @Test
  void isAskedForNothingThatOutlivesACall() throws Exception {
    FreshDatabase database = FreshDatabase.on(postgres);
    try (SupabaseL3 direct = database.open()) {
      direct.migrate();
    }
    assertThat(said(database, "?pgbouncer=true")).contains("nivel.write_fields")
        .doesNotContainPattern(SESSION);
    assertThat(said(database, "")).contains("set statement_timeout", "S_1");
  }

  @Test
  void makesNoSchemaAndSaysWhereToMakeIt() throws SQLException {
    FreshDatabase database = FreshDatabase.on(postgres);
    try (SupabaseL3 pooled = FreshDatabase.open(database.url() + "?pgbouncer=true")) {
      assertThatThrownBy(pooled::probe).isInstanceOf(ConfigurationException.class)
          .hasMessageContainingAll("version 0", "nivel migrate", "--print", "pgbouncer=false")
          .hasMessageNotContaining(postgres.url().split("[:@]", 5)[2]);
      assertThat(database.value("select to_regnamespace('nivel') is null")).isEqualTo("t");
      try (SupabaseL3 direct = FreshDatabase.open(database.url() + "?pgbouncer=false")) {
        assertThat(direct.migrate()).isZero();
      }
      pooled.probe();
    }
  }
}
