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
  /** The contract tells what is read and written, not how fast; a page may have 40 MB here. */
  private static final String WITH_PATIENCE = """
      do $$ declare f regprocedure; begin
        for f in select p.oid from pg_proc p
          where p.pronamespace = 'nivel'::regnamespace and starts_with(p.proname, 'rest_') loop
          execute format('alter function %s set statement_timeout = %L', f, '60s');
        end loop;
        notify pgrst, 'reload schema';
      end $$""";

  private static RestProject project;
  private static L3 l3;

  @BeforeAll
  static void start(@TempDir Path directory) throws SQLException {
    project = RestProject.in(directory);
    project.execute(WITH_PATIENCE);
    l3 = project.open("service_role", Duration.ofMinutes(1));
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
