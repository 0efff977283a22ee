package dev.nivel;

import dev.nivel.redis.RedisL2;
import dev.nivel.store.Activity;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.L2;
import dev.nivel.store.L3;
import dev.nivel.store.Quarantined;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.supabase.SupabaseL3;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A multi-level cache for conversations: the memory of this process, then Redis, then Supabase.
 *
 * <pre>{@code
 * try (Nivel nivel = Nivel.open(NivelConfig.fromEnvironment())) {
 *   Conversation call = nivel.conversation("call-42");
 *   call.append(Value.json("{\"role\":\"user\",\"text\":\"hola\"}"));
 *   call.put("language", "es", Codec.TEXT);
 *   List<Item> turns = call.last(20).items();
 * }
 * }</pre>
 *
 * Methods block and suit virtual threads; see {@link Conversation}. One instance serves a whole
 * process. Safe for use by several threads.
 */
public final class Nivel implements AutoCloseable {
  private static final int LISTED_MAX = 10_000;

  private final Engine engine;
  private final HitPath hits;
  /** L1's, for look-ups only. */
  private final ConcurrentHashMap<String, Resident> residents;

  /** On an engine that was started. */
  Nivel(Engine engine) {
    this.engine = engine;
    hits = engine.hits();
    residents = engine.levels().l1().residents();
  }

  /**
   * Connects to Redis and Supabase, and creates or updates the schema. A store that does not answer
   * is out for the time being: the log says so, and the other one serves.
   *
   * @throws ConfigurationException if only an operator can mend what is wrong: a password, an
   *     eviction policy, a schema newer than this code
   */
  public static Nivel open(NivelConfig config) {
    Engine engine = new Engine(config, new Engine.Stores() {
      @Override
      public L2 l2(Membership membership) {
        return RedisL2.open(config.redis(), Time.SYSTEM, membership::number);
      }

      @Override
      public L3 l3() {
        return config.openL3();
      }
    }, Time.SYSTEM);
    try {
      engine.start();
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
    return new Nivel(engine);
  }

  /**
   * Creates or updates the schema, and does nothing else.
   *
   * @return the version that was there before; 0 if there was none
   */
  public static int migrate(NivelConfig config) {
    try (SupabaseL3 l3 = config.openL3()) {
      return l3.migrate();
    }
  }

  /**
   * The SQL that makes or updates the schema, for Supabase's SQL editor.
   *
   * @param from the version that is there; 0 = none
   * @throws ConfigurationException if there is no such version
   */
  public static String schemaSql(int from) {
    return SupabaseL3.schemaSql(from);
  }

  /** The version of the schema that this code works with. */
  public static int schemaVersion() {
    return SupabaseL3.schemaVersion();
  }

  /**
   * A handle of a conversation, whether or not it exists. It costs nothing.
   *
   * @param id 1 to 256 bytes of UTF-8 without control characters, and neither {@code .} nor {@code
   *     ..}; the handle's methods throw {@link dev.nivel.store.RejectedException} if it is anything
   *     else
   */
  public Conversation conversation(String id) {
    return new Conversation(id, residents.get(id), hits, engine);
  }

  /**
   * The same for who answers others, who are not paused when this process is: each read asks the
   * real clock whether memory is to be believed, which takes some tens of nanoseconds more ({@link
   * Conversation}).
   */
  public Conversation conversationForRemote(String id) {
    return new Conversation(id, null, hits, engine);
  }

  /** Brings a conversation to L1, for a call that is about to begin. */
  public PreloadReport preload(String conversation) {
    return preload(List.of(conversation)).get(0);
  }

  /** Brings conversations to L1; the reports are in the order of the ids, each once. */
  public List<PreloadReport> preload(Collection<String> conversations) {
    conversations.forEach(engine.limits()::id);
    return engine.preloads().preload(conversations);
  }

  /** Has conversations brought to L1 in the background, from a given time on. */
  public PreloadJob schedulePreload(List<String> conversations, Instant at) {
    conversations.forEach(engine.limits()::id);
    return engine.preloadJobs().schedule(conversations, at);
  }

  /** A preload job; empty if there is none of this id, or it was long ago. */
  public Optional<PreloadJob> preloadJob(String id) {
    return engine.preloadJobs().find(id);
  }

  /** Cancels a preload job that has not begun, and says how it is. */
  public Optional<PreloadJob> cancelPreload(String id) {
    return engine.preloadJobs().cancel(id);
  }

  /**
   * Returns when everything that was acknowledged before, by any node, is in PostgreSQL.
   *
   * @throws UnavailableException if that is not possible now; nothing is lost
   */
  public SyncReport sync() {
    return engine.sync().runForced();
  }

  /**
   * Returns when everything of one conversation that was acknowledged before is in PostgreSQL.
   *
   * @throws UnavailableException if that is not possible now; nothing is lost
   */
  public SyncReport sync(String conversation) {
    return engine.sync()
        .runForced(engine.limits().id(conversation), Deadline.NONE);
  }

  /** How far an erasure has come; empty if there is none of this stamp. */
  public Optional<EraseReceipt> erasure(Stamp stamp) {
    return engine.erasure().receipt(stamp);
  }

  /**
   * Conversations in PostgreSQL, as of the last sync, in the order of their ids' bytes.
   *
   * @param prefix what the ids begin with; empty = all
   * @param after exclusive; empty = from the beginning
   * @param limit 1 to 10,000
   */
  public List<Activity> conversations(String prefix, String after, int limit) {
    return engine.levels().l3().activities(prefix, after, listed(limit));
  }

  /**
   * What PostgreSQL refuses for good and keeps apart, of all nodes, by id; never its content.
   *
   * @param after exclusive; 0 = from the beginning
   * @param limit 1 to 10,000
   */
  public List<Quarantined> quarantine(long after, int limit) {
    return engine.quarantine().list(after, listed(limit));
  }

  /**
   * Tries again to store what is quarantined, once the reason is mended: each field under its own
   * stamp, so that nothing newer is replaced. What is stored leaves the quarantine; what is refused
   * again stays. Blocks for a few statements for each hundred fields.
   *
   * @param after exclusive; 0 = from the beginning
   * @param limit 1 to 10,000
   * @throws UnavailableException if Redis or Supabase is out; what is not stored yet stays
   */
  public RetryReport retryQuarantined(long after, int limit) {
    return engine.quarantine().retry(after, listed(limit));
  }

  /**
   * Tries again to store one quarantined field; empty if there is none of this id.
   *
   * @throws UnavailableException if Redis or Supabase is out; the field stays quarantined
   */
  public Optional<RetryReport> retryQuarantined(long id) {
    return engine.quarantine().retry(id);
  }

  /**
   * Gives up what is quarantined. PostgreSQL never gets it; Redis may show it until its time is
   * over.
   *
   * @param after exclusive; 0 = from the beginning
   * @param limit 1 to 10,000
   * @throws UnavailableException if Supabase is out
   */
  public DropReport dropQuarantined(long after, int limit) {
    return engine.quarantine().drop(after, listed(limit));
  }

  /**
   * Gives up one quarantined field.
   *
   * @return whether there was one of this id
   * @throws UnavailableException if Supabase is out
   */
  public boolean dropQuarantined(long id) {
    return engine.quarantine().drop(id);
  }

  private static int listed(int limit) {
    return Math.max(1, Math.min(LISTED_MAX, limit));
  }

  /** How it works at present; costs next to nothing. */
  public Mode mode() {
    return engine.health().mode();
  }

  /** What it did and how it is. */
  public Metrics metrics() {
    return engine.metrics();
  }

  Engine engine() {
    return engine;
  }

  /**
   * Brings to PostgreSQL what can be brought within 20 s, and closes everything. What is left stays
   * in Redis, and the next start goes on with it.
   */
  @Override
  public void close() {
    engine.close();
  }
}
