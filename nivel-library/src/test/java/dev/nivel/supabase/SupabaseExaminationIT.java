package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Examination.Check;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Judgement;
import dev.nivel.store.Judgement.Verdict;
import dev.nivel.store.NivelException;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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

  private static Map<String, List<Judgement>> examine(String url) {
    return examine(url, FreshDatabase.PATIENT);
  }

  private static Map<String, List<Judgement>> examine(String url, Duration timeout) {
    Map<String, List<Judgement>> found = new LinkedHashMap<>();
    try (SupabaseExamination examination = SupabaseExamination.of(PostgresUrl.parse(url),
        new SupabaseL3.Limits(timeout, ItemBounds.DEFAULT), Time.SYSTEM)) {
      for (Check check : examination.checks()) {
        found.put(check.name(), judge(check));
      }
    }
    return found;
  }

  private static List<Judgement> judge(Check check) {
    try {
      return check.judging().get();
    } catch (ConfigurationException | UnavailableException e) {
      return List.of(Judgement.mend(e.getMessage(), ""));
    }
  }

  private static Judgement only(Map<String, List<Judgement>> found, String check) {
    List<Judgement> judgements = found.getOrDefault(check, List.of());
    assertThat(judgements).as(check).hasSize(1);
    return judgements.get(0);
  }

  private static void assertAllIsWellBut(Map<String, List<Judgement>> found, String... amiss) {
    found.forEach((check, judgements) -> assertThat(judgements).as(check)
        .isNotEmpty()
        .allSatisfy(judgement -> assertThat(judgement.verdict())
            .isEqualTo(List.of(amiss).contains(check) ? Verdict.MEND : Verdict.OK)));
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
      Map<String, List<Judgement>> found = examine(database.url());
      assertAllIsWellBut(found);
      assertThat(only(found, "way in").seen()).isEqualTo("a direct connection");
      assertThat(only(found, "schema").seen()).isEqualTo("version " + Schema.VERSION);
      assertThat(only(found, "row security").seen()).contains("all 9 tables");
      assertThat(only(found, "connections").seen()).endsWith(" of 50 are taken");
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
        "grant select on nivel.flyway_schema_history to anon | flyway_schema_history to anon | anon"
    })
    void whatWasGrantedToBrowsersByMistakeIsNamedWithTheWayToTakeItBack(String grant, String seen,
        String advice) throws SQLException {
      database.execute(grant);
      Map<String, List<Judgement>> found = examine(database.url());
      assertAllIsWellBut(found, "outsiders");
      Judgement judgement = only(found, "outsiders");
      assertThat(judgement.seen()).contains(seen);
      assertThat(judgement.advice()).startsWith("revoke all on").contains(advice);
      database.execute(judgement.advice());
      assertAllIsWellBut(examine(database.url()));
    }

    @Test
    void aTableThatIsNotShutIsNamed() throws SQLException {
      database.execute("alter table nivel.items disable row level security");
      database.execute("create table nivel.mine (id bigint)");
      Map<String, List<Judgement>> found = examine(database.url());
      assertAllIsWellBut(found, "row security");
      assertThat(only(found, "row security").seen()).endsWith("not enabled on items, mine");
      database.execute("drop table nivel.mine; alter table nivel.items enable row level security;"
          + " alter table nivel.items no force row level security");
      assertThat(only(examine(database.url()), "row security").seen())
          .endsWith("not forced on items");
    }

    @Test
    void aReadOnlyDatabaseIsNamed() throws SQLException {
      database.execute("do $$ begin execute format('alter database %I set"
          + " default_transaction_read_only = on', current_database()); end $$");
      assertThat(only(examine(database.url()), "writes").seen()).contains("read-only");
    }

    @Test
    void aMemberOfTheApplicationsRoleMayDoEverything() throws SQLException {
      database.execute("grant nivel_app to member");
      Map<String, List<Judgement>> found = examine(urlOf("member"));
      assertAllIsWellBut(found);
      assertThat(only(found, "rights").seen()).contains("member");
    }

    @Test
    void aStrangerLearnsThatHeLacksRights() {
      Map<String, List<Judgement>> found = examine(urlOf("stranger"));
      assertThat(only(found, "reachable").verdict()).isEqualTo(Verdict.OK);
      assertThat(only(found, "schema").seen()).contains("lacks a right");
      assertThat(found.get("rights")).isEmpty();
    }

    @Test
    void whoSeesNoRowsForLackOfAPolicyLearnsThat() throws SQLException {
      database.execute("grant usage on schema nivel to stranger;"
          + " grant select, insert, update, delete on all tables in schema nivel to stranger;"
          + " grant execute on all functions in schema nivel to stranger");
      Map<String, List<Judgement>> found = examine(urlOf("stranger"));
      assertAllIsWellBut(found, "schema", "rights");
      assertThat(only(found, "rights").advice()).contains("grant nivel_app to \"stranger\"");
    }

    @Test
    void aNewerSchemaWantsANewerNivel() throws SQLException {
      database.update("update nivel.meta set value = '99' where key = 'schema_version'");
      Map<String, List<Judgement>> found = examine(database.url());
      assertAllIsWellBut(found, "schema");
      assertThat(only(found, "schema").advice()).isEqualTo("use a newer Nivel");
    }
  }

  @Test
  void withoutTheSchemaTheWayToItIsNamed() {
    Map<String, List<Judgement>> found = examine(database.url());
    assertThat(only(found, "reachable").verdict()).isEqualTo(Verdict.OK);
    assertThat(only(found, "schema").seen()).isEqualTo("there is none");
    assertThat(only(found, "schema").advice()).contains("nivel migrate");
    assertThat(found.get("latency")).isEmpty();
  }

  @Test
  void anOlderSchemaIsToBeMigrated() throws Exception {
    try (InputStream first = Objects.requireNonNull(
        Schema.class.getResourceAsStream("migration/V1__conversations.sql"))) {
      database.execute(new String(first.readAllBytes(), StandardCharsets.UTF_8));
    }
    assertThat(only(examine(database.url()), "schema"))
        .isEqualTo(Judgement.mend("version 1; this Nivel needs version " + Schema.VERSION,
            "run nivel migrate with SUPABASE_DB_URL"));
  }

  @Test
  void aWrongPasswordIsNamedAndNotShown() {
    Map<String, List<Judgement>> found = examine(
        database.url().replaceFirst(":[^:@/]*@", ":wr0ng@"), Duration.ofSeconds(4));
    assertThat(only(found, "reachable").verdict()).isEqualTo(Verdict.MEND);
    assertThat(only(found, "reachable").seen()).contains("user or password is wrong")
        .doesNotContain("wr0ng");
    assertThat(found.get("schema")).isEmpty();
  }

  @Test
  void whatIsNotThereIsNamedWithItsAddress() {
    try (SupabaseExamination examination = SupabaseExamination.of(
        PostgresUrl.parse("postgresql://u:s3cret@127.0.0.1:1/d"),
        new SupabaseL3.Limits(Duration.ofSeconds(2), ItemBounds.DEFAULT),
        Time.SYSTEM)) {
      NivelException failure = catchThrowableOfType(
          NivelException.class, () -> examination.checks().get(1).judging().get());
      assertThat(failure).hasMessageContaining("127.0.0.1:1/d")
          .hasMessageNotContaining("s3cret");
    }
  }
}
