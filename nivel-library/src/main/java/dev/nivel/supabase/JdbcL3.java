package dev.nivel.supabase;

import dev.nivel.store.Activity;
import dev.nivel.store.Condition;
import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.Item;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.L3;
import dev.nivel.store.NodeRegistry;
import dev.nivel.store.Quarantined;
import dev.nivel.store.Refusal;
import dev.nivel.store.Stamp;
import dev.nivel.store.Write;
import dev.nivel.store.WriteReply;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** L3 as a PostgreSQL database over JDBC. */
public final class JdbcL3 implements L3 {
  private static final int LOADS_MAX_DEFAULT = 8;
  /** Connections for all that is not a load. */
  private static final int OTHERS_MAX = 2;
  private final Pool pool;
  private final Pool heartbeatPool;
  private final Duration timeout;
  private final ServerClock clock = new ServerClock();
  private final JdbcNodeRegistry nodes;
  private final ConversationQuery conversationQuery;
  private final QuarantineTable quarantine;

  private JdbcL3(PostgresUrl url, Duration timeout, ItemBounds bounds, int loadsMax) {
    this.timeout = timeout;
    pool = new Pool(url, timeout, loadsMax + OTHERS_MAX);
    heartbeatPool = new Pool(url, timeout, 1);
    nodes = new JdbcNodeRegistry(pool, heartbeatPool, clock);
    conversationQuery = new ConversationQuery(bounds);
    quarantine = new QuarantineTable(pool);
  }

  /**
   * Opens the database, whether or not it answers.
   *
   * @param timeout the deadline of one call
   * @param bounds how many items of a conversation {@link #conversations} reads
   */
  public static JdbcL3 open(PostgresUrl url, Duration timeout, ItemBounds bounds) {
    return open(url, timeout, bounds, LOADS_MAX_DEFAULT);
  }

  /**
   * The same, for another number of loads at a time.
   *
   * @param loadsMax how many connections loads may take; there are two more for writes, and one for
   *     heartbeats
   */
  public static JdbcL3 open(PostgresUrl url, Duration timeout, ItemBounds bounds, int loadsMax) {
    return new JdbcL3(url, timeout, bounds, loadsMax);
  }

  /** The SQL that makes the schema, for an SQL editor. */
  public static String schemaSql() {
    return Schema.sql();
  }

  /** The version of the schema that this code works with. */
  public static int schemaVersion() {
    return Schema.VERSION;
  }

  /**
   * Creates or updates the schema.
   *
   * @return the version that was there before; 0 if there was none
   */
  public int migrate() {
    return Schema.migrate(pool);
  }

  @Override
  public Optional<Entry> entry(String conversation, String name) {
    String sql = "select e.stamp, e.content_type, e.value, " + FieldArrays.expiresMillis("e")
        + " from nivel.entries e where e.conversation_id = ? and e.name = ?";
    return pool.query("L3 read", sql, statement -> {
      statement.setString(1, conversation);
      statement.setString(2, name);
    }, row -> (Entry) FieldArrays.field(Field.ENTRY_PREFIX + name, row, 1)).stream().findFirst();
  }

  @Override
  public Map<String, Contents> conversations(Collection<String> conversations) {
    return conversationQuery.run(pool, conversations);
  }

  @Override
  public List<Item> itemsBefore(String conversation, Optional<Stamp> before, int limit) {
    List<Item> newestFirst = items("select stamp, content_type, value from nivel.items"
        + " where conversation_id = ? and stamp < ? order by stamp desc limit ?",
        conversation, before.map(Stamp::bits).orElse(Long.MAX_VALUE), limit);
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  @Override
  public List<Item> itemsAfter(String conversation, Stamp after, int limit) {
    return items("select stamp, content_type, value from nivel.items"
        + " where conversation_id = ? and stamp > ? order by stamp limit ?",
        conversation, after.bits(), limit);
  }

  private List<Item> items(String sql, String conversation, long bound, int limit) {
    return pool.query("L3 read of items", sql, statement -> {
      statement.setString(1, conversation);
      statement.setLong(2, bound);
      statement.setInt(3, limit);
    }, row -> new Item(new Stamp(row.getLong(1)),
        Objects.requireNonNull(FieldArrays.content(row, 2))));
  }

  @Override
  public List<Refusal> write(Collection<Write> writes) {
    if (writes.isEmpty()) {
      return List.of();
    }
    List<Write> ordered = List.copyOf(writes);
    FieldArrays arrays = new FieldArrays(ordered);
    return pool.query("L3 write of " + ordered.size() + " rows",
        "select * from nivel.write_fields(?, ?, ?, ?, ?, ?)", statement -> {
          arrays.setConversations(statement, 1);
          arrays.setFields(statement, 2);
        }, row -> refusal(ordered.get(row.getInt(1) - 1), row));
  }

  private static Refusal refusal(Write write, ResultSet row) throws SQLException {
    Refusal.Reason reason = Refusal.Reason.valueOf(row.getString(2));
    row.getLong(3);
    @Nullable Field held = row.wasNull() ? null : FieldArrays.field(write.key(), row, 3);
    return new Refusal(write, reason, held);
  }

  @Override
  public WriteReply writeFirst(String conversation, List<Field> fields, Condition condition,
      boolean keepsStamps) {
    FieldArrays arrays = new FieldArrays(
        fields.stream().map(field -> new Write(conversation, field)).toList());
    return pool.query("L3 write",
        "select * from nivel.write_first_until(?, ?, ?, ?, ?, ?, ?, ?, ?)", statement -> {
          statement.setString(1, conversation);
          arrays.setFields(statement, 2);
          setBigint(statement, 7, condition.isSome()
              ? OptionalLong.of(condition.stamp().bits())
              : OptionalLong.empty());
          statement.setBoolean(8, keepsStamps);
          setBigint(statement, 9, clock.after(timeout));
        }, row -> reply(fields.get(0).key(), row)).get(0);
  }

  private static WriteReply reply(String key, ResultSet row) throws SQLException {
    WriteReply.Outcome outcome = WriteReply.Outcome.valueOf(row.getString(1));
    return switch (outcome) {
      case ACCEPTED -> WriteReply.accepted(row.getBoolean(3));
      case REFUSED -> WriteReply.refused(new Stamp(row.getLong(2)));
      case AHEAD -> WriteReply.ahead(new Stamp(row.getLong(2)));
      case CONDITION -> WriteReply.conditionFailed(new Stamp(row.getLong(2)));
      case REPEATED -> WriteReply.repeated(
          (IdempotencyKey) Field.of(key, new Stamp(row.getLong(2)),
              FieldArrays.content(row, 4), row.getLong(6)));
      case UNKNOWN -> WriteReply.unknown();
    };
  }

  private static void setBigint(PreparedStatement statement, int index, OptionalLong value)
      throws SQLException {
    if (value.isPresent()) {
      statement.setLong(index, value.getAsLong());
    } else {
      statement.setNull(index, Types.BIGINT);
    }
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
    callWithKeys("L3 notes for Redis", "select nivel.note_for_redis(?, ?, ?)", committed);
  }

  @Override
  public List<Write> staleInL2(int limit) {
    String sql = """
        select s.conversation_id, s.field, coalesce(e.stamp, i.stamp, k.stamp, s.stamp),
          coalesce(e.content_type, i.content_type, k.content_type),
          coalesce(e.value, i.value, k.value), coalesce(%s, %s)
        from nivel.stale_redis s
        left join nivel.entries e
          on e.conversation_id = s.conversation_id and 'e:' || e.name = s.field
        left join nivel.items i
          on i.conversation_id = s.conversation_id and 'i:' || i.stamp = s.field
        left join nivel.idempotency k
          on k.conversation_id = s.conversation_id and 'k:' || k.key_hash = s.field
        where (s.field not like 'i:%%' or i.stamp is not null)
          and (s.field not like 'k:%%' or k.stamp is not null)
        order by s.noted_at limit ?"""
        .formatted(FieldArrays.expiresMillis("e"), FieldArrays.expiresMillis("k"));
    return pool.query("L3 read of notes for Redis", sql,
        statement -> statement.setInt(1, limit),
        row -> new Write(row.getString(1), FieldArrays.field(row.getString(2), row, 3)));
  }

  @Override
  public void toldL2(Collection<Write> told) {
    callWithKeys("L3 removal of notes for Redis", "select nivel.told_redis(?, ?, ?)", told);
  }

  private void callWithKeys(String operation, String sql, Collection<Write> writes) {
    FieldArrays arrays = new FieldArrays(writes);
    pool.execute(operation, sql, statement -> {
      arrays.setConversations(statement, 1);
      arrays.setKeysAndStamps(statement, 2);
    });
  }

  @Override
  public boolean erase(String conversation, Stamp stamp) {
    return pool.query("L3 erase", "select nivel.erase(?, ?)", statement -> {
      statement.setString(1, conversation);
      statement.setLong(2, stamp.bits());
    }, row -> row.getBoolean(1)).get(0);
  }

  @Override
  public List<Activity> activities(String prefix, String after, int limit) {
    return pool.query("L3 listing", """
        select conversation_id, last_activity from nivel.conversations
        where conversation_id >= ? and starts_with(conversation_id, ?) and conversation_id > ?
          and last_activity is not null
        order by conversation_id limit ?""", statement -> {
      statement.setString(1, prefix);
      statement.setString(2, prefix);
      statement.setString(3, after);
      statement.setInt(4, limit);
    }, row -> new Activity(row.getString(1),
        row.getObject(2, OffsetDateTime.class).toInstant()));
  }

  @Override
  public void purge() {
    pool.execute("L3 purge", "select nivel.purge()", statement -> {});
  }

  @Override
  public void probe() {
    Schema.migrate(pool);
  }

  @Override
  public NodeRegistry nodes() {
    return nodes;
  }

  @Override
  public void close() {
    pool.close();
    heartbeatPool.close();
  }
}
