package dev.nivel.supabase;

import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedPostgrest;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** L3 over REST while PostgreSQL or PostgREST is out, and after they came back. */
class RestL3OutageIT extends L3OutageContract {
  private static RestProject project;

  @BeforeAll
  static void start(@TempDir Path directory) throws SQLException {
    project = RestProject.in(directory);
  }

  @AfterAll
  static void end() {
    project.close();
  }

  @AfterEach
  void healPostgrest() {
    heal(project.postgrest());
  }

  @Override
  EmbeddedPostgres postgres() {
    return project.postgres();
  }

  @Override
  SupabaseL3 open() {
    return project.open("service_role", IMPATIENT);
  }

  @Test
  void aFrozenPostgrestFailsWithinBoundsAndWorksAgainAfterTheThaw() {
    EmbeddedPostgrest postgrest = project.postgrest();
    postgrest.freeze();
    assertUnavailable();
    postgrest.thaw();
    assertWorksAgain();
  }

  @Test
  void aKilledPostgrestFailsAndWorksAgainAfterItsRestart() {
    EmbeddedPostgrest postgrest = project.postgrest();
    postgrest.kill();
    assertUnavailable();
    postgrest.restart();
    assertWorksAgain();
  }
}
