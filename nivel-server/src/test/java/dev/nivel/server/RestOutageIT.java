package dev.nivel.server;

import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import java.util.Map;

/** The same with a Supabase that is reached over REST. */
class RestOutageIT extends OutageIT {
  @Override
  Map<String, String> supabase(EmbeddedDirectory stores, EmbeddedPostgres database) {
    return RestSupabase.of(stores, database);
  }
}
