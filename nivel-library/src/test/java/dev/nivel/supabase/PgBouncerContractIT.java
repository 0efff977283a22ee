package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedPgBouncer;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.store.L3;
import dev.nivel.store.L3Contract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PostgreSQL through a transaction pooler keeps to the contract. */
class PgBouncerContractIT extends L3Contract {
  private static final Logger LOG = LoggerFactory.getLogger(PgBouncerContractIT.class);

  private static Servers servers;
  private static L3 l3;

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    EmbeddedPostgres postgres = servers.postgres();
    try (L3 direct = FreshDatabase.open(postgres.url())) {
      direct.probe();
    }
    l3 = FreshDatabase.open(url(postgres) + "?pgbouncer=true", Duration.ofSeconds(10));
    l3.probe();
  }

  /** Without a PgBouncer on this machine, what Nivel does for one is tried without one. */
  private static String url(EmbeddedPostgres postgres) {
    if (EmbeddedPgBouncer.installed().isPresent()) {
      return servers.pgBouncer(postgres).url();
    }
    LOG.warn("PgBouncer is not installed (apt-get install pgbouncer): tried without it");
    return postgres.url();
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
