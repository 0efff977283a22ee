package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.store.L3;
import dev.nivel.store.L3Contract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL over JDBC keeps to the contract. */
class JdbcL3ContractIT extends L3Contract {
  private static Servers servers;
  private static L3 l3;

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    l3 = FreshDatabase.open(servers.postgres().url(), Duration.ofSeconds(10));
    l3.probe();
  }

  @AfterAll
  static void end() {
    l3.close();
    servers.close();
  }

  @Override
  protected L3 l3() {
    return l3;
  }
}
