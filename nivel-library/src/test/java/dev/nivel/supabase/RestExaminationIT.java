package dev.nivel.supabase;

import dev.nivel.embedded.EmbeddedPostgrest;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Judgement;
import dev.nivel.store.Judgement.Verdict;
import dev.nivel.store.Time;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the doctor finds over a real PostgREST. */
class RestExaminationIT {
  private static final String SERVICE_KEY = EmbeddedPostgrest.key("service_role");
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static Examined examine(RestProject project, String key) {
    try (SupabaseExamination examination = SupabaseExamination.of(
        RestUrl.of(project.postgrest().url(), "/", key),
        new SupabaseL3.Limits(TIMEOUT, ItemBounds.DEFAULT), Time.SYSTEM)) {
      Examined found = Examined.by(examination);
      assertThat(found.toString()).doesNotContain(key, SERVICE_KEY);
      return found;
    }
  }

  private static void assertReached(Examined found) {
    assertThat(found.only("reachable").verdict()).isEqualTo(Verdict.OK);
    assertThat(found.all("latency")).hasSize(1);
  }

  @Nested
  class OfAProjectWithTheSchema {
    private static RestProject project;

    @BeforeAll
    static void start(@TempDir Path directory) throws SQLException {
      project = RestProject.in(directory);
    }

    @AfterAll
    static void end() {
      project.close();
    }

    @Test
    void everythingIsWellForTheServersKey() {
      Examined found = examine(project, SERVICE_KEY);
      found.assertAllIsWellBut();
      assertThat(found.only("way in")).isEqualTo(Judgement.ok("REST"));
      assertThat(found.only("schema").seen()).isEqualTo("version " + Schema.VERSION);
      assertThat(found.only("version").seen()).startsWith("PostgreSQL ");
      assertThat(found.only("writes").verdict()).isEqualTo(Verdict.OK);
      assertThat(found.only("rights").seen()).contains("service_role");
      assertThat(found.only("row security").seen()).contains("all 11 tables");
    }

    @Test
    void whatIsOpenToBrowsersIsFoundAsOverAConnection() throws SQLException {
      project.execute("grant usage on schema nivel to anon");
      try {
        Examined found = examine(project, SERVICE_KEY);
        found.assertAllIsWellBut("outsiders");
        assertThat(found.only("outsiders").seen()).contains("open to anon");
      } finally {
        project.execute("revoke usage on schema nivel from anon");
      }
    }

    /** The first may do nothing, and PostgREST takes the second for nobody's. */
    @ParameterizedTest
    @ValueSource(strings = {"authenticated", ""})
    void aKeyThatMayDoNothingIsNamedForThat(String role) {
      Examined found = examine(project,
          role.isEmpty() ? "sb_secret_0123456789" : EmbeddedPostgrest.key(role));
      assertReached(found);
      assertThat(found.only("schema").seen()).contains("lacks a right");
      assertThat(found.only("schema").advice()).contains("service_role key");
      assertThat(found.all("rights")).isEmpty();
    }

    @Test
    void aKeyOfAnotherProjectIsNamedForThat() {
      Examined found = examine(project, SERVICE_KEY.substring(0, SERVICE_KEY.length() - 9)
          + "notSigned");
      assertThat(found.only("reachable").seen()).contains("the key is not of this project", "401");
      assertThat(found.only("reachable").advice()).contains("set SUPABASE_KEY");
      assertThat(found.all("schema")).isEmpty();
      assertThat(found.all("latency")).isEmpty();
    }
  }

  @Test
  void withoutTheSchemaTheWayToItIsNamed(@TempDir Path directory) throws SQLException {
    try (RestProject project = RestProject.in(directory, "nivel", false)) {
      Examined found = examine(project, SERVICE_KEY);
      assertReached(found);
      assertThat(found.only("schema").seen()).isEqualTo("there is none");
      assertThat(found.only("schema").advice()).contains("nivel migrate with SUPABASE_DB_URL",
          "--print");
      assertThat(found.all("rights")).isEmpty();
    }
  }

  @Test
  void aSchemaThatIsNotExposedIsToBeExposed(@TempDir Path directory) throws SQLException {
    try (RestProject project = RestProject.in(directory, "public", true)) {
      Examined found = examine(project, SERVICE_KEY);
      assertReached(found);
      assertThat(found.only("schema").seen()).contains("not exposed");
      assertThat(found.only("schema").advice()).contains("add nivel to the exposed schemas");
    }
  }
}
