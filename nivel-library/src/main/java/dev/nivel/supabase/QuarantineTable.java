package dev.nivel.supabase;

import dev.nivel.store.Quarantined;
import dev.nivel.store.Stamp;
import dev.nivel.store.Write;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The table of fields that can't be stored. Its contents leave it only to be written again. */
final class QuarantineTable {
  private static final String ROW = """
      q.id, q.conversation_id, q.field, q.stamp, coalesce(octet_length(q.value), 0),
      q.content_type, q.node, q.reason, q.quarantined_at""";

  private final Pool pool;

  QuarantineTable(Pool pool) {
    this.pool = pool;
  }

  /** Keeps a field apart, unless its conversation was erased since, which it waits to know. */
  void add(Write write, int node, String reason) {
    FieldArrays arrays = new FieldArrays(List.of(write));
    pool.execute("L3 quarantine", """
        insert into nivel.quarantine
          (conversation_id, field, stamp, content_type, value, expires_at, node, reason)
        select u.conversation_id, u.field, u.stamp, u.content_type, u.value,
          to_timestamp(u.expires / 1000.0), ?, ?
        from unnest(?, ?, ?, ?, ?, ?)
          as u (conversation_id, field, stamp, content_type, value, expires)
        left join lateral (select c.erase_stamp from nivel.conversations c
          where c.conversation_id = u.conversation_id for share) as c on true
        where u.stamp > coalesce(c.erase_stamp, 0)
        on conflict (conversation_id, field, stamp) do update set reason = excluded.reason""",
        statement -> {
          statement.setInt(1, node);
          statement.setString(2, reason);
          arrays.setConversations(statement, 3);
          arrays.setFields(statement, 4);
        });
  }

  List<Quarantined> rows(long after, int limit) {
    return pool.query("L3 listing of the quarantine", "select " + ROW
        + " from nivel.quarantine q where q.id > ? order by q.id limit ?", statement -> {
          statement.setLong(1, after);
          statement.setInt(2, limit);
        }, QuarantineTable::row);
  }

  private static Quarantined row(ResultSet row) throws SQLException {
    return new Quarantined(row.getLong(1), row.getString(2), row.getString(3),
        new Stamp(row.getLong(4)), row.getInt(5), row.getString(6), row.getInt(7),
        row.getString(8), row.getObject(9, OffsetDateTime.class).toInstant());
  }

  Map<Long, Write> writes(Collection<Long> ids) {
    String sql = "select q.id, q.conversation_id, q.field, q.stamp, q.content_type, q.value, "
        + FieldArrays.expiresMillis("q") + " from nivel.quarantine q where q.id = any(?)";
    return pool.query("L3 read of the quarantine", sql, statement -> setIds(statement, ids),
        row -> Map.entry(row.getLong(1),
            new Write(row.getString(2), FieldArrays.field(row.getString(3), row, 4))))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Locks the rows in the order of their ids, so that two callers can't deadlock. */
  List<Quarantined> drop(Collection<Long> ids) {
    List<Quarantined> dropped = new ArrayList<>(pool.query("L3 drop from the quarantine", """
        with doomed as (
          select id from nivel.quarantine where id = any(?) order by id for update
        )
        delete from nivel.quarantine q using doomed d where q.id = d.id
        returning\s""" + ROW, statement -> setIds(statement, ids), QuarantineTable::row));
    dropped.sort(Quarantined.ORDER);
    return dropped;
  }

  private static void setIds(PreparedStatement statement, Collection<Long> ids)
      throws SQLException {
    statement.setArray(1, statement.getConnection().createArrayOf("bigint", ids.toArray()));
  }
}
