package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Judgement;
import dev.nivel.store.Judgement.Verdict;
import dev.nivel.store.Time;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the doctor finds at a real PostgreSQL. */
class SupabaseExaminationIT {
  private static Servers servers;
  private static EmbeddedPostgres postgres;

  private FreshDatabase database;

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
  void create() throws SQLException {
    database = FreshDatabase.on(postgres);
  }

  private static Examined examine(String url) {
    return examine(url, FreshDatabase.PATIENT);
  }

  private static Examined examine(String url, Duration timeout) {
    try (SupabaseExamination examination = SupabaseExamination.of(PostgresUrl.parse(url),
        new SupabaseL3.Limits(timeout, ItemBounds.DEFAULT), Time.SYSTEM)) {
      return Examined.by(examination);
    }
  }

  private void migrate() {
    try (SupabaseL3 l3 = database.open()) {
      l3.migrate();
    }
  }

  private String urlOf(String user) {
    return database.url().replaceFirst("//[^@]*@", "//" + user + ":s3cret@");
  }

  @Nested
  class WithTheSchema {
    @BeforeEach
    void make() throws SQLException {
      for (String role : List.of("anon", "authenticated", "stranger", "member")) {
        database.execute("do $$ begin if not exists (select from pg_roles where rolname = '" + role
            + "') then create role " + role + " login password 's3cret'; end if; end $$");
      }
      migrate();
    }

    @Test
    void everythingIsWell() {
      Examined found = examine(database.url());
      found.assertAllIsWellBut();
      assertThat(found.only("way in").seen()).isEqualTo("a direct connection");
      assertThat(found.only("schema").seen()).isEqualTo("version " + Schema.VERSION);
      assertThat(found.only("row security").seen()).contains("all 11 tables");
      assertThat(found.only("connections").seen()).endsWith(" of 50 are taken");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "grant usage on schema nivel to anon | the schema is open to anon | from anon",
        "grant create on schema nivel to public | the schema is open to | from anon, authenticated,"
            + " public",
        "grant select on nivel.entries to anon | tables are open: entries to anon | from anon",
        "grant select (value) on nivel.items to authenticated | items to authenticated | tables",
        "grant usage on sequence nivel.quarantine_id_seq to anon | sequences are open | sequences",
        "grant execute on function nivel.erase(text, bigint) to anon | erase to anon | functions",
        "grant maintain on nivel.items to anon | tables are open: items to anon | tables",
        "grant select on nivel.flyway_schema_history to anon | flyway_schema_history to anon | anon"
    })
    void whatWasGrantedToBrowsersByMistakeIsNamedWithTheWayToTakeItBack(String grant, String seen,
        String advice) throws SQLException {
      database.execute(grant);
      Examined found = examine(database.url());
      found.assertAllIsWellBut("outsiders");
      Judgement judgement = found.only("outsiders");
      assertThat(judgement.seen()).contains(seen);
      assertThat(judgement.advice()).startsWith("revoke all on").contains(advice);
      database.execute(judgement.advice());
      examine(database.url()).assertAllIsWellBut();
    }

    @Test
    void aTableThatIsNotShutIsNamed() throws SQLException {
      database.execute("alter table nivel.items disable row level security");
      database.execute("create table nivel.mine (id bigint)");
      Examined found = examine(database.url());
      found.assertAllIsWellBut("row security");
      assertThat(found.only("row security").seen()).endsWith("not enabled on items, mine");
      database.execute("drop table nivel.mine; alter table nivel.items enable row level security;"
          + " alter table nivel.items no force row level security");
      assertThat(examine(database.url()).only("row security").seen())
          .endsWith("not forced on items");
    }

    @Test
    void aReadOnlyDatabaseIsNamed() throws SQLException {
      database.execute("do $$ begin execute format('alter database %I set"
          + " default_transaction_read_only = on', current_database()); end $$");
      assertThat(examine(database.url()).only("writes").seen()).contains("read-only");
    }

    @Test
    void aMemberOfTheApplicationsRoleMayDoEverything() throws SQLException {
      database.execute("grant nivel_app to member");
      Examined found = examine(urlOf("member"));
      found.assertAllIsWellBut();
      assertThat(found.only("rights").seen()).contains("member");
    }

    @Test
    void aStrangerLearnsThatHeLacksRights() {
      Examined found = examine(urlOf("stranger"));
      assertThat(found.only("reachable").verdict()).isEqualTo(Verdict.OK);
      assertThat(found.only("schema").seen()).contains("lacks a right");
      assertThat(found.only("schema").advice()).contains("grant nivel_app to");
      assertThat(found.all("rights")).isEmpty();
    }

    @Test
    void whoSeesNoRowsForLackOfAPolicyLearnsThat() throws SQLException {
      database.execute("grant usage on schema nivel to stranger;"
          + " grant select, insert, update, delete on all tables in schema nivel to stranger;"
          + " grant execute on all functions in schema nivel to stranger");
      Examined found = examine(urlOf("stranger"));
      found.assertAllIsWellBut("schema", "rights");
      assertThat(found.only("rights").advice()).contains("grant nivel_app to \"stranger\"");
    }

    @Test
    void aViewThatWhoAsksMayNotReadIsNamed() throws SQLException {
      database.execute("grant nivel_app to member;"
          + " revoke select on nivel.items_readable from nivel_app");
      assertThat(examine(urlOf("member")).only("rights").seen())
          .contains("lacks rights on items_readable");
    }

    @Test
    void aNewerSchemaWantsANewerNivel() throws SQLException {
      database.update("update nivel.meta set value = '99' where key = 'schema_version'");
      Examined found = examine(database.url());
      found.assertAllIsWellBut("schema");
      assertThat(found.only("schema").advice()).isEqualTo("use a newer Nivel");
    }
  }

  @Test
  void withoutTheSchemaTheWayToItIsNamed() {
    Examined found = examine(database.url());
    assertThat(found.only("reachable").verdict()).isEqualTo(Verdict.OK);
    assertThat(found.only("schema").seen()).isEqualTo("there is none");
    assertThat(found.only("schema").advice()).contains("nivel migrate");
    assertThat(found.only("version").verdict()).isEqualTo(Verdict.OK);
    assertThat(found.all("latency")).hasSize(1);
    assertThat(found.all("rights")).isEmpty();
  }

  @Test
  void throughATransactionPoolerTheSchemaIsToBeMadeWhereThereAreSessions() {
    Examined found = examine(database.url() + "?pgbouncer=true");
    assertThat(found.only("way in").seen()).isEqualTo("the transaction pooler");
    assertThat(found.only("schema").advice())
        .startsWith("run nivel migrate with SUPABASE_DB_URL at the database's own address");
  }

  @Test
  void anOlderSchemaIsToBeMigrated() throws Exception {
    try (InputStream first = Objects.requireNonNull(
        Schema.class.getResourceAsStream("migration/V1__conversations.sql"))) {
      database.execute(new String(first.readAllBytes(), StandardCharsets.UTF_8));
    }
    assertThat(examine(database.url()).only("schema"))
        .isEqualTo(Judgement.mend("version 1; this Nivel needs version " + Schema.VERSION,
            "run nivel migrate with SUPABASE_DB_URL"));
  }

  @Test
  void aWrongPasswordIsNamedAndNotShown() {
    Examined found = examine(
        database.url().replaceFirst(":[^:@/]*@", ":wr0ng@"), Duration.ofSeconds(4));
    assertThat(found.only("reachable").seen()).contains("user or password is wrong");
    assertThat(found.only("reachable").advice()).contains("correct user and password");
    assertThat(found.toString()).doesNotContain("wr0ng");
    assertThat(found.all("schema")).isEmpty();
    assertThat(found.all("version")).isEmpty();
  }

  @Test
  void whatIsNotThereIsNamedWithItsAddress() {
    Examined found = examine("postgresql://u:s3cret@127.0.0.1:1/d", Duration.ofSeconds(2));
    assertThat(found.only("reachable").seen()).contains("127.0.0.1:1/d");
    assertThat(found.only("reachable").advice()).contains("SUPABASE_DB_URL");
    assertThat(found.toString()).doesNotContain("s3cret");
  }

  @Test
  void aDatabaseThatIsNotThereIsToBeNamedRight() {
    assertThat(examine(postgres.url().replaceFirst("/postgres$", "/nowhere"),
        Duration.ofSeconds(4)).only("reachable").advice()).contains("name of the database");
  }
}
