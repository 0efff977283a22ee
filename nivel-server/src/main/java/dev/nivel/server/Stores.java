package dev.nivel.server;

import dev.nivel.NivelConfig;
import dev.nivel.Setting;
import dev.nivel.Settings;
import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.EmbeddedServerException;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.embedded.RedisSettings;
import dev.nivel.store.ConfigurationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Redis and PostgreSQL for the server: those that are configured, else real ones of its own. */
final class Stores implements AutoCloseable {
  private final List<String> descriptions = new ArrayList<>();
  private final Optional<EmbeddedDirectory> directory;
  private Settings settings;

  private Stores(Settings settings, Optional<EmbeddedDirectory> directory) {
    this.settings = settings;
    this.directory = directory;
  }

  /**
   * Starts what is not configured.
   *
   * @throws ConfigurationException if the data directory can't be used, or a server does not start
   */
  static Stores start(Settings settings) {
    boolean isRedisGiven = settings.optional(NivelConfig.REDIS_URL).isPresent();
    Optional<Setting<String>> supabase = NivelConfig.wayIntoSupabase(settings);
    boolean isDatabaseGiven = supabase.isPresent();
    Stores stores = new Stores(settings, isRedisGiven && isDatabaseGiven ? Optional.empty()
        : Optional.of(open(settings.value(NivelConfig.NIVEL_DATA_DIR))));
    try {
      stores.addRedis(isRedisGiven);
      stores.addSupabase(supabase);
      return stores;
    } catch (EmbeddedServerException e) {
      stores.close();
      throw new ConfigurationException(e.getMessage(), e);
    }
  }

  private static EmbeddedDirectory open(Path path) {
    try {
      return EmbeddedDirectory.open(path.toAbsolutePath().normalize());
    } catch (EmbeddedServerException e) {
      throw new ConfigurationException(
          "NIVEL_DATA_DIR is \"" + path + "\", which can't be used: " + e.getMessage(), e);
    }
  }

  private void addRedis(boolean isGiven) {
    if (isGiven) {
      describe("Redis", NivelConfig.REDIS_URL);
      return;
    }
    EmbeddedRedis redis = EmbeddedRedis.start(directory.orElseThrow(),
        RedisSettings.defaults().withPassword(UUID.randomUUID().toString()));
    descriptions.add("Redis     embedded, on port " + redis.port());
    settings = settings.with("REDIS_URL", redis.url())
        .with("REDIS_PASSWORD", "")
        .with("REDIS_PASSWORD_FILE", "")
        .with("REDIS_USERNAME", "");
  }

  private void addSupabase(Optional<Setting<String>> given) {
    if (given.isPresent()) {
      describe("Supabase", given.get());
      return;
    }
    EmbeddedPostgres postgres = EmbeddedPostgres.start(directory.orElseThrow(),
        PostgresSettings.defaults());
    descriptions.add("Supabase  embedded PostgreSQL, on port " + postgres.port());
    settings = settings.with("SUPABASE_DB_URL", postgres.url());
  }

  private void describe(String store, Setting<?> url) {
    descriptions.add("%-9s %s".formatted(store, settings.shown(url)));
  }

  /** The settings with the addresses of what was started. */
  Settings settings() {
    return settings;
  }

  /** A line for each store: what it is and where. */
  List<String> descriptions() {
    return descriptions;
  }

  /** Ends what was started. */
  @Override
  public void close() {
    directory.ifPresent(EmbeddedDirectory::close);
  }
}
