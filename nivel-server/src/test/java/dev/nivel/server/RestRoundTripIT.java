package dev.nivel.server;

import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.PostgresSettings;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** The same with a Supabase that is reached over REST alone. */
class RestRoundTripIT extends RoundTripIT {
  private EmbeddedDirectory directory;

  @Override
  Map<String, String> supabase(Path stores) {
    directory = EmbeddedDirectory.open(stores);
    return RestSupabase.of(directory, EmbeddedPostgres.start(directory,
        PostgresSettings.defaults()));
  }

  @AfterEach
  void end() {
    directory.close();
  }
}
