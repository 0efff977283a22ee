package dev.nivel.supabase;

import dev.nivel.store.L3;
import dev.nivel.store.L3Contract;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A Supabase project over REST keeps to the contract. */
class RestContractIT extends L3Contract {
  private static RestProject project;
  private static L3 l3;

  @BeforeAll
  static void start(@TempDir Path directory) throws SQLException {
    project = RestProject.in(directory);
    l3 = project.open("service_role", Duration.ofSeconds(10));
    l3.probe();
  }

  @AfterAll
  static void end() {
    l3.close();
    project.close();
  }

  @Override
  protected L3 l3() {
    return l3;
  }
}
