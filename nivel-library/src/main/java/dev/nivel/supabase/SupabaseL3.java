package dev.nivel.supabase;

import dev.nivel.store.Activity;
import dev.nivel.store.Condition;
import dev.nivel.store.Contents;
import dev.nivel.store.DictionaryStore;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.Item;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.L3;
import dev.nivel.store.NodeRegistry;
import dev.nivel.store.Quarantined;
import dev.nivel.store.Refusal;
import dev.nivel.store.RejectedException;
import dev.nivel.store.Stamp;
import dev.nivel.store.Write;
import dev.nivel.store.WriteReply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * L3 as a Supabase project: the functions of the schema {@code nivel} in its PostgreSQL, over JDBC
 * or over REST.
 */
public final class SupabaseL3 implements L3 {
  /** How long a value may be that is to be read over REST: bytes are two digits each there. */
  public static final int REST_VALUE_BYTES_MAX = 30 << 20;
  private static final int LOADS_MAX_DEFAULT = 8;

  private final Functions functions;
  private final Functions heartbeats;
  private final SchemaCheck schema;
  private final Duration timeout;
  private final ItemBounds bounds;
  private final ServerClock clock = new ServerClock();
  private final ItemRows items;
  private final NodeFunctions nodes;
  private final QuarantineFunctions quarantine;
  private final DictionaryFunctions dictionaries;

  /** Makes the schema, or sees whether it is there. */
  interface SchemaCheck {
    /**
     * Does it.
     *
     * @return the version that was there before; 0 if there was none
     */
    int run();
  }

  /**
   * A project.
   *
   * @param heartbeats for heartbeats alone, which wait for no other call
   */
  SupabaseL3(Functions functions, Functions heartbeats, SchemaCheck schema, Limits limits) {
    this.functions = functions;
    this.heartbeats = heartbeats;
    this.schema = schema;
    timeout = limits.timeout();
    bounds = limits.bounds();
    items = new ItemRows(functions);
    nodes = new NodeFunctions(functions, heartbeats, clock);
    quarantine = new QuarantineFunctions(functions);
    dictionaries = new DictionaryFunctions(functions);
  }

  /**
   * How much at a time, and for how long.
   *
   * @param timeout the deadline of one call
   * @param bounds how many items of a conversation {@link #conversations} reads
   * @param loadsMax how many loads may be made at a time; there may be three more other calls,
   *     and a heartbeat
   */
  public record Limits(Duration timeout, ItemBounds bounds, int loadsMax) {
    /** For all that is not a load: a chunk of a sync, what is noted of the one before, a write. */
    private static final int OTHERS_MAX = 3;

    /** The usual number of loads. */
    public Limits(Duration timeout, ItemBounds bounds) {
      this(timeout, bounds, LOADS_MAX_DEFAULT);
    }

    int callsMax() {
      return loadsMax + OTHERS_MAX;
    }
  }

  /** Opens a database over JDBC, whether or not it answers. */
  public static SupabaseL3 open(PostgresUrl url, Limits limits) {
    Pool pool = new Pool(url, limits.timeout(), limits.callsMax());
    return new SupabaseL3(new JdbcFunctions(pool),
        new JdbcFunctions(new Pool(url, limits.timeout(), 1)), () -> Schema.migrate(pool), limits);
  }

  /** Opens a project over REST, whether or not it answers. */
  public static SupabaseL3 open(RestUrl url, Limits limits) {
    RestFunctions functions = new RestFunctions(url, limits.timeout(), limits.callsMax());
    return new SupabaseL3(functions, new RestFunctions(url, limits.timeout(), 1),
        () -> Schema.check(functions), limits);
  }

  /**
   * The SQL that makes or updates the schema, for an SQL editor.
   *
   * @param from the version that is there; 0 = none
   * @throws dev.nivel.store.ConfigurationException if there is no such version
   */
  public static String schemaSql(int from) {
    return Schema.sql(from);
  }

  /** The version of the schema that this code works with. */
  public static int schemaVersion() {
    return Schema.VERSION;
  }

  /**
   * Creates or updates the schema. Over REST that is not possible, and is only looked at.
   *
   * @return the version that was there before; 0 if there was none
   * @throws dev.nivel.store.ConfigurationException if the schema is not, and can't be made, what
   *     this code works with
   */
  public int migrate() {
    return schema.run();
  }

  @Override
  public Optional<Entry> entry(String conversation, String name) {
    Call call = new Call("L3 read", "read_entry").repeatable()
        .text("p_conversation", conversation)
        .text("p_name", name);
    return functions.call(call, row -> (Entry) row.field(Field.ENTRY_PREFIX + name, ""))
        .stream()
        .findFirst();
  }

  @Override
  public Map<String, Contents> conversations(Collection<String> conversations) {
    try {
      return ConversationRows.read(functions, conversations, bounds);
    } catch (RejectedException e) {
      if (e.reason() != RejectedException.Reason.TOO_LARGE || conversations.size() < 2) {
        throw e;
      }
      List<String> ids = List.copyOf(conversations);
      Map<String, Contents> halves = new HashMap<>(conversations(ids.subList(0, ids.size() / 2)));
      halves.putAll(conversations(ids.subList(ids.size() / 2, ids.size())));
      return halves;
    }
  }

  @Override
  public List<Item> itemsBefore(String conversation, Optional<Stamp> before, int limit) {
    return items.before(conversation, before.map(Stamp::bits).orElse(Long.MAX_VALUE), limit);
  }

  @Override
  public List<Item> itemsAfter(String conversation, Stamp after, int limit) {
    return items.after(conversation, after, limit);
  }

  @Override
  public List<Refusal> write(Collection<Write> writes) {
    if (writes.isEmpty()) {
      return List.of();
    }
    List<Write> ordered = List.copyOf(writes);
    List<Field> fields = new ArrayList<>(ordered.size());
    boolean areItems = true;
    for (Write write : ordered) {
      fields.add(write.field());
      areItems &= write.field() instanceof Item;
    }
    Call call = new Call("L3 write of " + ordered.size() + " rows",
        areItems ? "store_items" : "write_fields").conversations(ordered);
    return functions.call(areItems ? call.items(fields).spans(ordered) : call.fields(fields),
        row -> refusal(ordered, row));
  }

  private static Refusal refusal(List<Write> writes, Row row) {
    int index = row.smallNumber("ordinal") - 1;
    if (index < 0 || index >= writes.size()) {
      throw Functions.malformed("a refusal of a row that was not written", null);
    }
    Write write = writes.get(index);
    return new Refusal(write, Refusal.Reason.valueOf(row.text("reason")),
        row.isNull("held_stamp") ? null : row.field(write.key(), "held_"));
  }

  @Override
  public WriteReply writeFirst(String conversation, List<Field> fields, Condition condition,
      boolean keepsStamps) {
    OptionalLong expected = condition.isSome() ? OptionalLong.of(condition.stamp().bits())
        : OptionalLong.empty();
    Call call = new Call("L3 write", "write_first_until").text("p_conversation", conversation)
        .fields(fields)
        .number("p_expected", expected)
        .flag("p_keep_stamps", keepsStamps)
        .number("p_until", clock.after(timeout));
    return functions.callForOne(call, row -> reply(fields.get(0).key(), row));
  }

  private static WriteReply reply(String key, Row row) {
    return switch (WriteReply.Outcome.valueOf(row.text("outcome"))) {
      case ACCEPTED -> WriteReply.accepted(!row.isNull("existed") && row.flag("existed"));
      case REFUSED -> WriteReply.refused(row.stamp("held"));
      case AHEAD -> WriteReply.ahead(row.stamp("held"));
      case CONDITION -> WriteReply.conditionFailed(row.stamp("held"));
      case REPEATED -> WriteReply.repeated((IdempotencyKey) Field.of(key, row.stamp("held"),
          row.content("held_content_type", "held_value"), row.number("held_expires")));
      case UNKNOWN -> WriteReply.unknown();
    };
  }

  @Override
  public void quarantine(Write write, int node, String reason) {
    quarantine.add(write, node, reason);
  }

  @Override
  public List<Quarantined> quarantined(long after, int limit) {
    return quarantine.rows(after, limit);
  }

  @Override
  public Map<Long, Write> quarantinedWrites(Collection<Long> ids) {
    return quarantine.writes(ids);
  }

  @Override
  public List<Quarantined> dropQuarantined(Collection<Long> ids) {
    return quarantine.drop(ids);
  }

  @Override
  public void noteForL2(Collection<Write> committed) {
    functions.run(withKeys(new Call("L3 notes for Redis", "note_for_redis"), committed));
  }

  @Override
  public List<Write> staleInL2(int limit) {
    Call call = new Call("L3 read of notes for Redis", "stale_in_redis").number("p_limit", limit);
    return functions.call(call,
        row -> new Write(row.text("conversation_id"), row.field(row.text("field"), "")));
  }

  @Override
  public void toldL2(Collection<Write> told) {
    functions.run(withKeys(new Call("L3 removal of notes for Redis", "told_redis"), told));
  }

  private static Call withKeys(Call call, Collection<Write> writes) {
    return call.conversations(writes).keysAndStamps(writes.stream().map(Write::field).toList());
  }

  @Override
  public boolean erase(String conversation, Stamp stamp) {
    Call call = new Call("L3 erase", "erase").text("p_conversation", conversation)
        .number("p_stamp", stamp.bits());
    return functions.callForOne(call, row -> row.flag("erase"));
  }

  @Override
  public List<Activity> activities(String prefix, String after, int limit) {
    Call call = new Call("L3 listing", "activities").text("p_prefix", prefix)
        .text("p_after", after)
        .number("p_limit", limit);
    return functions.call(call, SupabaseL3::activity);
  }

  @Override
  public List<Activity> activitiesBefore(Instant before, String after, int limit) {
    Call call = new Call("L3 listing", "activities_before")
        .number("p_before", before.toEpochMilli())
        .text("p_after", after)
        .number("p_limit", limit);
    return functions.call(call, SupabaseL3::activity);
  }

  private static Activity activity(Row row) {
    return new Activity(row.text("conversation_id"),
        Instant.ofEpochMilli(row.number("last_activity")));
  }

  @Override
  public void purge() {
    functions.run(new Call("L3 purge", "purge_erased")); // what the other one would forget
    functions.run(new Call("L3 purge", "purge"));
  }

  @Override
  public void probe() {
    schema.run();
  }

  @Override
  public NodeRegistry nodes() {
    return nodes;
  }

  @Override
  public DictionaryStore dictionaries() {
    return dictionaries;
  }

  @Override
  public void close() {
    functions.close();
    heartbeats.close();
  }
}
