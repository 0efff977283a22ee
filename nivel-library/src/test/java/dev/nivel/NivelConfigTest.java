package dev.nivel;

import dev.nivel.journal.FsyncPolicy;
import dev.nivel.store.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class NivelConfigTest {
  private static final NivelConfig DEFAULTS = NivelConfig.of(Map.of());

  @Test
  void hasTheDefaultsThatAreDocumented() {
    assertThat(DEFAULTS.redis().url()).isEqualTo("redis://localhost:6379");
    assertThat(DEFAULTS.redis().ttl()).isEqualTo(Duration.ofHours(1));
    assertThat(DEFAULTS.redis().compression().thresholdBytes()).isEqualTo(1_024);
    assertThat(DEFAULTS.l1().conversationsMax()).isEqualTo(100);
    assertThat(DEFAULTS.l1().bytesMax()).isEqualTo(64 << 20);
    assertThat(DEFAULTS.l1().ttl()).isEqualTo(Duration.ofMinutes(5));
    assertThat(DEFAULTS.sync())
        .isEqualTo(new SyncPath.Settings(Duration.ofMinutes(5), 10, 1_000));
    assertThat(DEFAULTS.redisBreaker()).isEqualTo(new Breaker.Settings(5, Duration.ofSeconds(30),
        3, Duration.ofMillis(250)));
    assertThat(DEFAULTS.supabaseBreaker()).isEqualTo(new Breaker.Settings(5, Duration.ofSeconds(30),
        3, Duration.ofSeconds(5)));
    assertThat(DEFAULTS.requestTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(DEFAULTS.loadsMax()).isEqualTo(8);
    assertThat(DEFAULTS.staleIfError()).isEqualTo(Duration.ofHours(1));
    assertThat(DEFAULTS.areWritesJournaledWhenIsolated()).isFalse();
    assertThat(DEFAULTS.journal().mode()).isEqualTo(Journaling.Mode.ON);
    assertThat(DEFAULTS.journal().journal().fsync()).isEqualTo(FsyncPolicy.INTERVAL);
    assertThat(DEFAULTS.redisTimeout()).isEqualTo(Duration.ofMillis(250));
    assertThat(DEFAULTS.supabaseTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(DEFAULTS.valueBytesMax()).isEqualTo(1 << 20);
  }

  @Test
  void refusesWhatIsNotAllowedWithVariableValueAndRange() {
    assertRefused("REDIS_L1_CACHE_SIZE", "0", "REDIS_L1_CACHE_SIZE is \"0\"",
        "from 1 to 10000000");
    assertRefused("SYNC_INTERVAL", "5m", "SYNC_INTERVAL is \"5m\"", "a whole number from 1");
    assertRefused("SYNC_BATCH_SIZE", "2000", "SYNC_BATCH_MAX is \"1000\"",
        "at least SYNC_BATCH_SIZE");
    assertRefused("REDIS_URL", "localhost", "REDIS_URL", "redis://");
    assertRefused("SUPABASE_DB_URL", "mysql://x", "SUPABASE_DB_URL", "postgresql://");
    assertRefused("SUPABASE_DB_URL", "postgresql://u:p@h/db?sslmode=bogus", "bogus", "verify-full");
    assertRefused("REDIS_URL", "redis://h:99999", "REDIS_URL", "99999", "65535");
    assertRefused("NIVEL_JOURNAL", "maybe", "NIVEL_JOURNAL is \"maybe\"", "on, required, off");
    assertRefused("DATABASE_URL", "mysql://x", "postgresql://");
    assertRefused("NIVEL_ENCRYPTION_KEYS", "k1:abc", "NIVEL_ENCRYPTION_KEYS is \"***\"");
    assertRefused("SUPABASE_URL", "https://x.supabase.co", "SUPABASE_KEY");
    assertRefused("REDIS_TIMEOUT_MS", "99999999999999999999", "REDIS_TIMEOUT_MS");
  }

  private static void assertRefused(String name, String value, String... parts) {
    assertThatThrownBy(() -> NivelConfig.of(Map.of(name, value))).as(name)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void goesOverRestThoughThereIsTheDatabaseOfAnotherApplication() {
    Settings settings = Settings.of(Map.of("DATABASE_URL", "postgresql://localhost/shop",
        "SUPABASE_URL", "https://abc.supabase.co", "SUPABASE_KEY", "sb_secret_0123"));
    assertThat(NivelConfig.wayIntoSupabase(settings)).contains(NivelConfig.SUPABASE_URL);
    assertThat(NivelConfig.wayIntoSupabase(settings.with("SUPABASE_DB_URL", "postgresql://h/d")))
        .contains(NivelConfig.SUPABASE_DB_URL);
  }

  @Test
  void refusesValuesThatCanNotBeReadOverRest() {
    Map<String, String> rest = Map.of("SUPABASE_URL", "https://abc.supabase.co", "SUPABASE_KEY",
        "sb_secret_0123");
    NivelConfig.of(rest).with("NIVEL_MAX_VALUE_BYTES", "31457280");
    assertThatThrownBy(() -> NivelConfig.of(rest).with("NIVEL_MAX_VALUE_BYTES", "31457281"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("NIVEL_MAX_VALUE_BYTES")
        .hasMessageContaining("31457280");
  }

  @Test
  void takesWhatIsSetToNothingForNotSet() {
    assertThat(NivelConfig.of(Map.of("SYNC_INTERVAL", "", "REDIS_PASSWORD", "")).sync())
        .isEqualTo(DEFAULTS.sync());
  }

  @Test
  void readsSecretsFromFiles(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("password"), "s3cret\n");
    Settings settings = Settings.of(Map.of("REDIS_PASSWORD_FILE", file.toString()));
    assertThat(NivelConfig.of(settings).redis().login().password()).isEqualTo("s3cret");
    assertThat(settings.shown(NivelConfig.REDIS_PASSWORD)).isEqualTo("***");
    assertThat(settings.origin(NivelConfig.REDIS_PASSWORD)).isEqualTo("REDIS_PASSWORD_FILE");
    assertThatThrownBy(
        () -> NivelConfig.of(Map.of("REDIS_PASSWORD_FILE", directory + "/missing")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("REDIS_PASSWORD_FILE");
  }

  @Test
  void showsNoPasswordOfAnUrl() {
    Settings settings = Settings.of(Map.of("DATABASE_URL", "postgresql://u:s3cret@h/d"));
    assertThat(settings.shown(NivelConfig.SUPABASE_DB_URL)).isEqualTo("postgresql://u:***@h/d");
    assertThat(settings.origin(NivelConfig.SUPABASE_DB_URL)).isEqualTo("DATABASE_URL");
    assertThat(settings.origin(NivelConfig.REDIS_URL)).isEqualTo("default");
  }
}
