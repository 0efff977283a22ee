package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.tombstone;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How the schema comes to be, and what guards it. */
class SchemaIT {
  private static final String CONVERSATION = "call-1";

  private static Servers servers;
  private static EmbeddedPostgres postgres;

  private FreshDatabase database;
  private SupabaseL3 l3;

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    postgres = servers.postgres();
  }

  @AfterAll
  static void end() {
    servers.close();
  }

  @BeforeEach
  void open() throws SQLException {
    database = FreshDatabase.on(postgres);
    l3 = database.open();
  }

  @AfterEach
  void close() {
    l3.close();
  }

  private void assertUsable() {
    assertThat(l3.write(writes(CONVERSATION, entry("x", 1, "1"), item(2, "a")))).isEmpty();
    assertThat(l3.entry(CONVERSATION, "x")).contains(entry("x", 1, "1"));
  }

  @Nested
  class AnEmptyDatabase {
    @Test
    void getsTheSchemaOnce() throws SQLException {
      assertThat(l3.migrate()).isEqualTo(0);
      assertUsable();
      assertThat(l3.migrate()).isEqualTo(SupabaseL3.schemaVersion());
      l3.probe();
      assertThat(l3.entry(CONVERSATION, "x")).contains(entry("x", 1, "1"));
      assertThat(database.value("select value from nivel.meta where key = 'schema_version'"))
          .isEqualTo(Integer.toString(SupabaseL3.schemaVersion()));
    }

    @Test
    void getsTheSchemaFromTheFirstProbe() {
      l3.probe();
      assertUsable();
    }

    @Test
    void isRefusedWithTheWayToMendItBeforeItHasTheSchema() {
      assertThatThrownBy(() -> l3.entry(CONVERSATION, "x"))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("nivel migrate");
      assertThatThrownBy(() -> l3.write(writes(CONVERSATION, entry("x", 1, "1"))))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("nivel migrate");
    }

    @Test
    void mayBeMigratedByTenNodesAtTheSameTime() throws Exception {
      int nodes = 10;
      CyclicBarrier barrier = new CyclicBarrier(nodes);
      List<Callable<Integer>> migrations = new ArrayList<>();
      for (int node = 0; node < nodes; node++) {
        migrations.add(() -> {
          try (SupabaseL3 one = database.open()) {
            barrier.await();
            return one.migrate();
          }
        });
      }
      ExecutorService threads = Executors.newFixedThreadPool(nodes);
      try {
        List<Integer> before = new ArrayList<>();
        for (Future<Integer> migration : threads.invokeAll(migrations)) {
          before.add(migration.get());
        }
        assertThat(before).contains(0).isSubsetOf(0, SupabaseL3.schemaVersion());
      } finally {
        threads.shutdownNow();
      }
      assertUsable();
      assertThat(database.value("select count(*) from nivel.meta where key = 'schema_version'"))
          .isEqualTo("1");
    }
  }

  @Nested
  class ASchemaMadeByHand {
    @BeforeEach
    void runTheSql() throws SQLException {
      database.execute(SupabaseL3.schemaSql(0));
    }

    @Test
    void isNotMadeTwice() {
      assertThatThrownBy(() -> database.execute(SupabaseL3.schemaSql(0)))
          .hasMessageContaining("--from " + SupabaseL3.schemaVersion());
      assertUsable();
    }

    @Test
    void isAcceptedByAProbe() {
      l3.probe();
      assertUsable();
      assertThat(l3.migrate()).isEqualTo(SupabaseL3.schemaVersion());
    }

    @Test
    void isTheSameAsTheOneThatNivelMakes() throws SQLException {
      FreshDatabase other = FreshDatabase.on(postgres);
      try (SupabaseL3 made = other.open()) {
        made.probe();
      }
      String columns = """
          select string_agg(concat_ws(' ', table_name, column_name, data_type, is_nullable), ', '
            order by table_name, column_name)
          from information_schema.columns
          where table_schema = 'nivel' and table_name not like 'flyway%'""";
      assertThat(database.value(columns)).isEqualTo(other.value(columns)).contains("entries");
    }
  }

  @Nested
  class ASchemaOfAnOlderNivel {
    @Test
    void isUpdatedByHand() throws Exception {
      runFirst();
      database.execute("create table nivel.flyway_schema_history (version text)");
      database.execute(SupabaseL3.schemaSql(1));
      assertThat(database.value("select to_regclass('nivel.flyway_schema_history')"))
          .as("else Flyway would begin again at its own last version")
          .isEqualTo("null");
      l3.probe();
      assertUsable();
    }

    /** The server's words may quote what it stumbled over. */
    @Test
    void canNotBeUpdatedIfSomethingIsInTheWayAndTheServerIsNotQuoted() throws Exception {
      runFirst();
      database.execute("create function nivel.schema_version() returns integer language sql"
          + " as 'select 0'");
      assertThatThrownBy(() -> l3.migrate()).isInstanceOf(NivelException.class)
          .hasMessageContaining("42723")
          .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("already exists"));
    }

    private void runFirst() throws Exception {
      try (InputStream first = Objects.requireNonNull(
          Schema.class.getResourceAsStream("migration/V1__conversations.sql"))) {
        database.execute(new String(first.readAllBytes(), StandardCharsets.UTF_8));
      }
    }

    @Test
    void isBroughtToThisVersionAndKeepsWhatItHolds() throws Exception {
      runFirst();
      l3.write(writes(CONVERSATION, entry("x", 1, "1"), item(2, "a")));
      assertThat(l3.migrate()).isEqualTo(1);
      assertThat(l3.migrate()).isEqualTo(SupabaseL3.schemaVersion());
      assertThat(l3.entry(CONVERSATION, "x")).contains(entry("x", 1, "1"));
      assertUsable();
      l3.nodes().claim("somebody");
    }
  }

  @Nested
  class ASchemaOfANewerNivel {
    @Test
    void isRefused() throws SQLException {
      l3.migrate();
      int newer = SupabaseL3.schemaVersion() + 1;
      database.update("update nivel.meta set value = '" + newer
          + "' where key = 'schema_version'");
      assertThatThrownBy(l3::probe).isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("version " + newer)
          .hasMessageContaining("use a newer Nivel");
      assertThatThrownBy(l3::migrate).isInstanceOf(ConfigurationException.class);
    }
  }

  @Nested
  class SqlByHand {
    @BeforeEach
    void write() {
      l3.probe();
      l3.write(writes(CONVERSATION, entry("x", 5, "five"), tombstone("y", 6)));
    }

    @Test
    void canNotReplaceAVersionByAnOlderOne() throws SQLException {
      assertThat(database.update("update nivel.entries set stamp = stamp - 1")).isZero();
      assertThat(database.update("update nivel.entries set stamp = stamp - 1, value = 'v',"
          + " content_type = 'text/plain', deleted_at = null")).isZero();
      assertThat(l3.entry(CONVERSATION, "x")).contains(entry("x", 5, "five"));
      assertThat(l3.entry(CONVERSATION, "y")).contains(tombstone("y", 6));
    }

    @Test
    void canNotChangeAValueUnderItsStamp() throws SQLException {
      assertThat(database.update("update nivel.entries set value = 'other' where name = 'x'"))
          .isZero();
      assertThat(l3.entry(CONVERSATION, "x")).contains(entry("x", 5, "five"));
    }

    @Test
    void canNotBringBackWhatWasDeletedUnderItsStamp() throws SQLException {
      assertThat(database.update("update nivel.entries set value = 'v', content_type ="
          + " 'text/plain', deleted_at = null where name = 'y'")).isZero();
      assertThat(l3.entry(CONVERSATION, "y")).contains(tombstone("y", 6));
    }

    @Test
    void mayWriteANewerVersion() throws SQLException {
      assertThat(database.update("update nivel.entries set stamp = stamp + 2048, value = 'six'"
          + " where name = 'x'")).isEqualTo(1);
      assertThat(l3.entry(CONVERSATION, "x")).contains(entry("x", 6, "six"));
    }
  }

  @Test
  void theSchemaIsOutOfReachForWhoMayNotUseIt() throws SQLException {
    l3.probe();
    database.execute("create role guest login password 'guest-s3cret'");
    String url = database.url().replaceFirst("//[^@]*@", "//guest:guest-s3cret@");
    try (SupabaseL3 guest = FreshDatabase.open(url)) {
      assertThatThrownBy(() -> guest.entry(CONVERSATION, "x"))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("lacks a right")
          .hasMessageNotContaining("guest-s3cret");
      assertThatThrownBy(guest::probe).isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("lacks a right");
    }
  }
}
