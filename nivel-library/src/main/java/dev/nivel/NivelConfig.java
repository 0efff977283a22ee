package dev.nivel;

import dev.nivel.journal.FsyncPolicy;
import dev.nivel.journal.JournalSettings;
import dev.nivel.redis.RedisExamination;
import dev.nivel.redis.RedisSettings;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Examination;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Time;
import dev.nivel.supabase.PostgresUrl;
import dev.nivel.supabase.RestUrl;
import dev.nivel.supabase.SupabaseExamination;
import dev.nivel.supabase.SupabaseL3;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How the library is set up, in the words of its variables: {@code REDIS_URL}, {@code
 * SUPABASE_DB_URL} and so on; {@link #settings()} has them all. Immutable.
 */
public final class NivelConfig {
  /** See {@link #settings()}. */
  public static final Setting<String> REDIS_URL = Setting.text("redis://localhost:6379",
      "redis://[user:password@]host:port[/database], redis://host:port,host:port for a cluster,"
          + " or redis-sentinel://host:port,host:port?sentinelMasterId=NAME; rediss for TLS",
      "REDIS_URL");
  static final Setting<String> REDIS_USERNAME = Setting.text("", "the name of an ACL user",
      "REDIS_USERNAME");
  static final Setting<String> REDIS_PASSWORD = Setting.secret("a password", "REDIS_PASSWORD");
  static final Setting<Path> REDIS_CA_FILE = new Setting<>(List.of("REDIS_CA_FILE"), "",
      "a file of certificates in PEM form", false, Path::of);
  static final Setting<Long> REDIS_CACHE_TTL = Setting.number(3_600, 1, 31_536_000,
      "REDIS_CACHE_TTL");
  static final Setting<Long> REDIS_L1_CACHE_SIZE = Setting.number(100, 1, 10_000_000,
      "REDIS_L1_CACHE_SIZE");
  static final Setting<Long> REDIS_L1_CACHE_BYTES = Setting.number(64L << 20, 1L << 20, 1L << 40,
      "REDIS_L1_CACHE_BYTES");
  static final Setting<Long> REDIS_L1_CACHE_TTL = Setting.number(300, 1, 86_400,
      "REDIS_L1_CACHE_TTL");
  static final Setting<Long> SYNC_BATCH_SIZE = Setting.number(10, 1, 10_000, "SYNC_BATCH_SIZE");
  static final Setting<Long> SYNC_BATCH_MAX = Setting.number(1_000, 1, 10_000, "SYNC_BATCH_MAX");
  static final Setting<Long> SYNC_INTERVAL = Setting.number(300, 1, 86_400, "SYNC_INTERVAL");
  /** See {@link #settings()}. */
  public static final Setting<String> SUPABASE_DB_URL = new Setting<>(
      List.of("SUPABASE_DB_URL", "DATABASE_URL"), "",
      "postgresql://user:password@host:port/database?sslmode=...", false, text -> text);
  static final Setting<Long> COMPRESSION_THRESHOLD = Setting.number(1_024, 64, 1L << 30,
      "COMPRESSION_THRESHOLD");
  static final Setting<String> COMPRESSION_DICTIONARY = Setting.choice("COMPRESSION_DICTIONARY",
      "on", "off");
  static final Setting<Long> CIRCUIT_BREAKER_FAILURES = Setting.number(5, 1, 1_000,
      "CIRCUIT_BREAKER_FAILURES");
  static final Setting<Long> CIRCUIT_BREAKER_TIMEOUT = Setting.number(30, 1, 3_600,
      "CIRCUIT_BREAKER_TIMEOUT");
  static final Setting<Long> CIRCUIT_BREAKER_TRIALS = Setting.number(3, 1, 100,
      "CIRCUIT_BREAKER_TRIALS");
  static final Setting<Long> REDIS_TIMEOUT_MS = Setting.number(250, 10, 60_000, "REDIS_TIMEOUT_MS");
  /** The project, if it is to be reached over REST. */
  public static final Setting<String> SUPABASE_URL = Setting.text("",
      "https://<project>.supabase.co", "SUPABASE_URL");
  static final Setting<String> SUPABASE_KEY = Setting.secret(
      "a secret key (sb_secret_...) or a service_role key", "SUPABASE_KEY",
      "SUPABASE_SERVICE_ROLE_KEY");
  static final Setting<String> SUPABASE_REST_PATH = Setting.text("/rest/v1",
      "the path to PostgREST; / for a bare one", "SUPABASE_REST_PATH");
  static final Setting<Long> SUPABASE_TIMEOUT_MS = Setting.number(5_000, 500, 120_000,
      "SUPABASE_TIMEOUT_MS");
  /** See {@link #settings()}. */
  public static final Setting<Long> NIVEL_MAX_VALUE_BYTES = Setting.number(1L << 20, 1_024,
      256L << 20,
      "NIVEL_MAX_VALUE_BYTES");
  static final Setting<Long> NIVEL_OUTBOX_BYTES = Setting.number(
      Math.max(1L << 20, Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4)), 1L << 20,
      1L << 40, "NIVEL_OUTBOX_BYTES");
  static final Setting<String> NIVEL_JOURNAL = Setting.choice("NIVEL_JOURNAL", "on", "required",
      "off");
  static final Setting<String> NIVEL_JOURNAL_FSYNC = Setting.choice("NIVEL_JOURNAL_FSYNC",
      "interval", "always", "os");
  static final Setting<Long> NIVEL_JOURNAL_BYTES = Setting.number(1L << 30,
      4 * JournalSettings.SEGMENT_BYTES, 1L << 40, "NIVEL_JOURNAL_BYTES");
  static final Setting<Long> NIVEL_REQUEST_TIMEOUT_MS = Setting.number(10_000, 100, 600_000,
      "NIVEL_REQUEST_TIMEOUT_MS");
  static final Setting<Long> NIVEL_L3_LOADS_MAX = Setting.number(8, 1, 100,
      "NIVEL_L3_LOADS_MAX");
  static final Setting<Long> NIVEL_STALE_IF_ERROR = Setting.number(3_600, 0, 2_592_000,
      "NIVEL_STALE_IF_ERROR");
  static final Setting<String> NIVEL_WRITES_WHEN_ISOLATED = Setting.choice(
      "NIVEL_WRITES_WHEN_ISOLATED", "refuse", "journal");
  static final Setting<Long> NIVEL_RETENTION_DAYS = Setting.number(0, 0, 36_500,
      "NIVEL_RETENTION_DAYS");
  /** See {@link #settings()}. */
  public static final Setting<Path> NIVEL_DATA_DIR = new Setting<>(List.of("NIVEL_DATA_DIR"),
      ".nivel",
      "a directory that this user can write to", false, Path::of);
  /** What is promised for later, and must not be ignored in silence when somebody sets it. */
  private static final List<Setting<String>> NOT_YET = List.of(
      Setting.secret("nothing: encryption is not there yet", "NIVEL_ENCRYPTION_KEYS"));

  private final Settings settings;

  private NivelConfig(Settings settings) {
    this.settings = settings;
    check();
  }

  /**
   * From this process's environment.
   *
   * @throws ConfigurationException if a variable is not allowed; the message names it
   */
  public static NivelConfig fromEnvironment() {
    return of(System.getenv());
  }

  /**
   * From variables as in an environment; others than the library's are ignored.
   *
   * @throws ConfigurationException if a variable is not allowed; the message names it
   */
  public static NivelConfig of(Map<String, String> variables) {
    return new NivelConfig(Settings.of(variables));
  }

  /** From settings. */
  public static NivelConfig of(Settings settings) {
    return new NivelConfig(settings);
  }

  /**
   * The same, with one variable set.
   *
   * @throws ConfigurationException if it is not allowed
   */
  public NivelConfig with(String variable, String value) {
    return new NivelConfig(settings.with(variable, value));
  }

  /** All variables of the library. */
  public static List<Setting<?>> settings() {
    return List.of(REDIS_URL, REDIS_USERNAME, REDIS_PASSWORD, REDIS_CA_FILE, REDIS_CACHE_TTL,
        REDIS_L1_CACHE_SIZE, REDIS_L1_CACHE_BYTES, REDIS_L1_CACHE_TTL, SYNC_BATCH_SIZE,
        SYNC_BATCH_MAX, SYNC_INTERVAL, SUPABASE_DB_URL, SUPABASE_URL, SUPABASE_KEY,
        SUPABASE_REST_PATH, COMPRESSION_THRESHOLD, COMPRESSION_DICTIONARY,
        CIRCUIT_BREAKER_FAILURES, CIRCUIT_BREAKER_TIMEOUT, CIRCUIT_BREAKER_TRIALS,
        REDIS_TIMEOUT_MS, SUPABASE_TIMEOUT_MS, NIVEL_MAX_VALUE_BYTES, NIVEL_OUTBOX_BYTES,
        NIVEL_JOURNAL, NIVEL_JOURNAL_FSYNC, NIVEL_JOURNAL_BYTES, NIVEL_REQUEST_TIMEOUT_MS,
        NIVEL_L3_LOADS_MAX, NIVEL_STALE_IF_ERROR, NIVEL_WRITES_WHEN_ISOLATED,
        NIVEL_RETENTION_DAYS, NIVEL_DATA_DIR);
  }

  private void check() {
    settings().forEach(settings::optional);
    for (Setting<String> setting : NOT_YET) {
      settings.optional(setting)
          .ifPresent(text -> {
            throw setting.refusal(setting.name(), text);
          });
    }
    redis();
    optionalDatabase();
    boolean isRest = wayIntoSupabase(settings).equals(Optional.of(SUPABASE_URL));
    if (isRest) {
      optionalRest();
    }
    if (settings.value(SYNC_BATCH_MAX) < settings.value(SYNC_BATCH_SIZE)) {
      throw new ConfigurationException("SYNC_BATCH_MAX is \"" + settings.value(SYNC_BATCH_MAX)
          + "\"; allowed is at least SYNC_BATCH_SIZE, " + settings.value(SYNC_BATCH_SIZE));
    }
    if (isRest && valueBytesMax() > SupabaseL3.REST_VALUE_BYTES_MAX) {
      throw new ConfigurationException("NIVEL_MAX_VALUE_BYTES is \"" + valueBytesMax()
          + "\"; allowed over REST is at most " + SupabaseL3.REST_VALUE_BYTES_MAX);
    }
    if (areWritesJournaledWhenIsolated() && settings.value(NIVEL_JOURNAL).equals("off")) {
      throw new ConfigurationException("NIVEL_WRITES_WHEN_ISOLATED is \"journal\"; allowed is"
          + " refuse as long as NIVEL_JOURNAL is off");
    }
  }

  boolean areDictionariesLearned() {
    return settings.value(COMPRESSION_DICTIONARY).equals("on");
  }

  RedisSettings redis() {
    return new RedisSettings(settings.value(REDIS_URL),
        new RedisSettings.Login(settings.optional(REDIS_USERNAME).orElse(null),
            settings.optional(REDIS_PASSWORD).orElse(null),
            settings.optional(REDIS_CA_FILE).orElse(null)),
        redisTimeout(),
        Duration.ofSeconds(settings.value(REDIS_CACHE_TTL)),
        new RedisSettings.Compressing(Math.toIntExact(settings.value(COMPRESSION_THRESHOLD)),
            areDictionariesLearned()),
        valueBytesMax(),
        ItemBounds.DEFAULT);
  }

  /**
   * Which of {@link #SUPABASE_DB_URL} and {@link #SUPABASE_URL} counts; empty if neither is set.
   * {@code DATABASE_URL}, which may be meant for another application, does not hide REST.
   */
  public static Optional<Setting<String>> wayIntoSupabase(Settings settings) {
    boolean isRestGiven = settings.optional(SUPABASE_URL).isPresent();
    boolean isForOthers = isRestGiven
        && settings.origin(SUPABASE_DB_URL).startsWith("DATABASE_URL");
    if (settings.optional(SUPABASE_DB_URL).isPresent() && !isForOthers) {
      return Optional.of(SUPABASE_DB_URL);
    }
    return isRestGiven ? Optional.of(SUPABASE_URL) : Optional.empty();
  }

  private Optional<PostgresUrl> optionalDatabase() {
    if (!wayIntoSupabase(settings).equals(Optional.of(SUPABASE_DB_URL))) {
      return Optional.empty();
    }
    try {
      return settings.optional(SUPABASE_DB_URL).map(PostgresUrl::parse);
    } catch (ConfigurationException e) {
      throw new ConfigurationException(SUPABASE_DB_URL.name() + ": " + e.getMessage(), e);
    }
  }

  private Optional<RestUrl> optionalRest() {
    return settings.optional(SUPABASE_URL)
        .map(url -> RestUrl.of(url, settings.value(SUPABASE_REST_PATH),
            settings.optional(SUPABASE_KEY)
                .orElseThrow(() -> new ConfigurationException("SUPABASE_KEY is not set, and"
                    + " SUPABASE_URL is; allowed is " + SUPABASE_KEY.allowed()))));
  }

  /** Opens L3, over JDBC if a database is given, else over REST; whether or not it answers. */
  SupabaseL3 openL3() {
    return optionalDatabase().map(url -> SupabaseL3.open(url, limits()))
        .or(() -> optionalRest().map(url -> SupabaseL3.open(url, limits())))
        .orElseThrow(() -> new ConfigurationException(
            "neither SUPABASE_DB_URL nor SUPABASE_URL is set; allowed is "
                + SUPABASE_DB_URL.allowed()));
  }

  private SupabaseL3.Limits limits() {
    return new SupabaseL3.Limits(supabaseTimeout(), ItemBounds.DEFAULT, loadsMax());
  }

  /** How the doctor examines what this names, one after another. */
  List<Supplier<Examination>> examinations() {
    List<Supplier<Examination>> all = new ArrayList<>();
    all.add(this::redisExamination);
    optionalDatabase().ifPresent(
        url -> all.add(() -> SupabaseExamination.of(url, limits(), Time.SYSTEM)));
    if (settings.optional(SUPABASE_URL).isPresent()) { // though its key may be missing
      all.add(() -> SupabaseExamination.of(optionalRest().orElseThrow(), limits(), Time.SYSTEM));
    }
    if (all.size() == 1) {
      all.add(() -> Examination.skipped("supabase", "neither SUPABASE_DB_URL nor SUPABASE_URL"
          + " is set: nivel serve starts a PostgreSQL of its own"));
    }
    all.add(() -> new DirectoryExamination(dataDirectory(), journal()));
    return all;
  }

  private Examination redisExamination() {
    return settings.optional(REDIS_URL).isPresent() ? RedisExamination.of(redis(), Time.SYSTEM)
        : Examination.skipped("redis", "REDIS_URL is not set: nivel serve starts a Redis of its own"
            + ", the library uses " + REDIS_URL.defaultText());
  }

  L1.Settings l1() {
    return new L1.Settings(Math.toIntExact(settings.value(REDIS_L1_CACHE_SIZE)),
        settings.value(REDIS_L1_CACHE_BYTES),
        Duration.ofSeconds(settings.value(REDIS_L1_CACHE_TTL)), ItemBounds.DEFAULT);
  }

  SyncPath.Settings sync() {
    return new SyncPath.Settings(Duration.ofSeconds(settings.value(SYNC_INTERVAL)),
        Math.toIntExact(settings.value(SYNC_BATCH_SIZE)),
        Math.toIntExact(settings.value(SYNC_BATCH_MAX)));
  }

  Breaker.Settings redisBreaker() {
    return breaker(redisTimeout());
  }

  Breaker.Settings supabaseBreaker() {
    return breaker(supabaseTimeout());
  }

  private Breaker.Settings breaker(Duration callTimeout) {
    return new Breaker.Settings(Math.toIntExact(settings.value(CIRCUIT_BREAKER_FAILURES)),
        Duration.ofSeconds(settings.value(CIRCUIT_BREAKER_TIMEOUT)),
        Math.toIntExact(settings.value(CIRCUIT_BREAKER_TRIALS)), callTimeout);
  }

  Duration redisTimeout() {
    return Duration.ofMillis(settings.value(REDIS_TIMEOUT_MS));
  }

  Duration supabaseTimeout() {
    return Duration.ofMillis(settings.value(SUPABASE_TIMEOUT_MS));
  }

  /** How long a request may take as a whole. */
  Duration requestTimeout() {
    return Duration.ofMillis(settings.value(NIVEL_REQUEST_TIMEOUT_MS));
  }

  /** How many loads from L3 may run at a time. */
  int loadsMax() {
    return Math.toIntExact(settings.value(NIVEL_L3_LOADS_MAX));
  }

  /**
   * For portions of preloads beside those that callers' threads have, so that one preload takes
   * half of the loads at most; where fewer than four are allowed, none, so that it takes one.
   */
  int preloadWorkers() {
    return Math.max(0, loadsMax() / 2 - 1);
  }

  /** For how long memory answers past its freshness while neither store does; zero = not. */
  Duration staleIfError() {
    return Duration.ofSeconds(settings.value(NIVEL_STALE_IF_ERROR));
  }

  /** Whether the journal alone takes writes while both stores are out. */
  boolean areWritesJournaledWhenIsolated() {
    return settings.value(NIVEL_WRITES_WHEN_ISOLATED).equals("journal");
  }

  /** How long a conversation is kept after it was last written; zero = for ever. */
  Duration retention() {
    return Duration.ofDays(settings.value(NIVEL_RETENTION_DAYS));
  }

  /** How long a value may be. */
  public int valueBytesMax() {
    return Math.toIntExact(settings.value(NIVEL_MAX_VALUE_BYTES));
  }

  long outboxBytesMax() {
    return settings.value(NIVEL_OUTBOX_BYTES);
  }

  Journaling.Settings journal() {
    return new Journaling.Settings(
        Journaling.Mode.valueOf(settings.value(NIVEL_JOURNAL).toUpperCase(Locale.ROOT)),
        new JournalSettings(dataDirectory().resolve("journal"),
            FsyncPolicy.valueOf(settings.value(NIVEL_JOURNAL_FSYNC).toUpperCase(Locale.ROOT)),
            JournalSettings.SEGMENT_BYTES, settings.value(NIVEL_JOURNAL_BYTES)));
  }

  /** Where what belongs to this node is kept. */
  public Path dataDirectory() {
    return settings.value(NIVEL_DATA_DIR);
  }
}
