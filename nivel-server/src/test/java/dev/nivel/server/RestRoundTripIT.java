package dev.nivel.server;

import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.PostgresSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** The same with a Supabase that is reached over REST alone. */
class RestRoundTripIT extends RoundTripIT {
  private @Nullable EmbeddedDirectory directory;

  @Override
  Map<String, String> supabase(Path stores) {
    EmbeddedDirectory opened = EmbeddedDirectory.open(stores);
    directory = opened;
    return RestSupabase.of(opened, EmbeddedPostgres.start(opened, PostgresSettings.defaults()));
  }

  @AfterEach
  void end() {
    Objects.requireNonNull(directory).close();
  }
}
