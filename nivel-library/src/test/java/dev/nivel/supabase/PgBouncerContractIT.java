package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedPgBouncer;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.L3;
import dev.nivel.store.L3Contract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL through a transaction pooler keeps to the contract. */
class PgBouncerContractIT extends L3Contract {
  private static Servers servers;
  private static L3 l3;

  @BeforeAll
  static void start(@TempDir Path directory) {
    Assumptions.assumeTrue(EmbeddedPgBouncer.installed().isPresent(),
        "PgBouncer is not installed: apt-get install pgbouncer");
    servers = Servers.in(directory);
    EmbeddedPgBouncer bouncer = servers.pgBouncer(servers.postgres());
    l3 = SupabaseL3.open(PostgresUrl.parse(bouncer.url() + "?pgbouncer=true"),
        new SupabaseL3.Limits(Duration.ofSeconds(10), ItemBounds.DEFAULT));
    l3.probe();
  }

  @AfterAll
  static void end() {
    if (servers != null) {
      l3.close();
      servers.close();
    }
  }

  @Override
  protected L3 l3() {
    return l3;
  }
}
