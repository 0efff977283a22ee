package dev.nivel.bench;

import dev.nivel.store.Item;
import dev.nivel.store.Write;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows in tables of the shape of Nivel's, by plain JDBC on one connection, each statement a
 * transaction. For use by one thread.
 */
final class PostgresPeer implements AutoCloseable {
  private static final String CONFLICT = " on conflict (conversation_id, stamp) do update set"
      + " content_type = excluded.content_type, value = excluded.value, updated_at = now()";
  private static final String COLUMNS = "insert into peer.items"
      + " (conversation_id, stamp, content_type, value) ";

  private static final String CONVERSATIONS = "with conversations as (insert into"
      + " peer.conversations as held (conversation_id, last_stamp) select id, max(stamp) from"
      + " unnest(?, ?) as written(id, stamp) group by id on conflict (conversation_id) do update"
      + " set last_stamp = greatest(held.last_stamp, excluded.last_stamp), updated_at = now()) ";

  private final Connection connection;
  private final PreparedStatement chunk;
  private final PreparedStatement chunkAndConversations;
  private final PreparedStatement row;
  private final PreparedStatement entries;
  private final PreparedStatement items;
  private final PreparedStatement all;

  /** Connects, and makes its tables if they are not there. */
  PostgresPeer(String jdbcUrl) {
    try {
      connection = DriverManager.getConnection(jdbcUrl);
      try (Statement statement = connection.createStatement()) {
        statement.execute("create schema if not exists peer");
        statement.execute("create table if not exists peer.items (conversation_id text collate"
            + " \"C\" not null, stamp bigint not null, content_type text not null, value bytea not"
            + " null, updated_at timestamptz not null default now(),"
            + " primary key (conversation_id, stamp))");
        statement.execute("create table if not exists peer.conversations (conversation_id text"
            + " collate \"C\" primary key, last_stamp bigint not null,"
            + " updated_at timestamptz not null default now())");
      }
      String ofChunk = COLUMNS + "select * from unnest(?, ?, ?, ?)" + CONFLICT;
      chunk = connection.prepareStatement(ofChunk);
      chunkAndConversations = connection.prepareStatement(CONVERSATIONS + ofChunk);
      row = connection.prepareStatement(COLUMNS + "values (?, ?, ?, ?)" + CONFLICT);
      String ofEntries = "select conversation_id, name, stamp, content_type, value from"
          + " nivel.entries where conversation_id = ";
      String newestOf = "select conversation_id, null, stamp, content_type, value from nivel.items"
          + " where conversation_id = %s order by stamp desc limit 200";
      entries = connection.prepareStatement(ofEntries + "?");
      items = connection.prepareStatement(newestOf.formatted("?"));
      all = connection.prepareStatement(ofEntries + "any(?) union all select conversation_id, null,"
          + " erase_stamp, null, null from nivel.conversations"
          + " where conversation_id = any(?) and erase_stamp > 0 union all"
          + " select newest.* from unnest(?) as wanted (id)"
          + " cross join lateral (" + newestOf.formatted("wanted.id") + ") as newest");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All rows by one statement. */
  void upsert(List<Write> writes) {
    try {
      setRows(chunk, 1, writes);
      chunk.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All rows by one statement, which also keeps a row for each of their conversations. */
  void upsertWithConversations(List<Write> writes) {
    try {
      chunkAndConversations.setArray(1, ids(writes));
      chunkAndConversations.setArray(2, stamps(writes));
      setRows(chunkAndConversations, 3, writes);
      chunkAndConversations.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void setRows(PreparedStatement statement, int first, List<Write> writes)
      throws SQLException {
    statement.setArray(first, ids(writes));
    statement.setArray(first + 1, stamps(writes));
    statement.setArray(first + 2, array("text", writes.stream()
        .map(w -> item(w).value().contentType())
        .toArray(String[]::new)));
    statement.setArray(first + 3, array("bytea", writes.stream()
        .map(w -> item(w).value().bytes())
        .toArray(byte[][]::new)));
  }

  private Array ids(List<Write> writes) throws SQLException {
    return array("text", writes.stream().map(Write::conversation).toArray(String[]::new));
  }

  private Array stamps(List<Write> writes) throws SQLException {
    return array("bigint", writes.stream().map(w -> w.stamp().bits()).toArray(Long[]::new));
  }

  /** Has PostgreSQL look how many rows there are, which it else does some time later. */
  void analyze() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("analyze nivel.conversations, nivel.entries, nivel.items");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The driver sends arrays of mere objects as text, which takes longer. */
  private Array array(String type, Object[] elements) throws SQLException {
    return connection.createArrayOf(type, elements);
  }

  private static Item item(Write write) {
    return (Item) write.field();
  }

  /** One row by one statement. */
  void upsert(Write write) {
    try {
      row.setString(1, write.conversation());
      row.setLong(2, write.stamp().bits());
      row.setString(3, item(write).value().contentType());
      row.setBytes(4, item(write).value().bytes());
      row.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The entries and items of a conversation, by a statement for each table. */
  Map<String, byte[]> read(String conversation) {
    Map<String, byte[]> found = new HashMap<>();
    try {
      entries.setString(1, conversation);
      addAll(entries, found);
      items.setString(1, conversation);
      addAll(items, found);
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The entries and the newest items of several conversations, by one statement. It asks of which
   * of them something was erased, too; here nothing was.
   */
  Map<String, byte[]> readAll(List<String> conversations) {
    Map<String, byte[]> found = new HashMap<>();
    try {
      Array ids = array("text", conversations.toArray(String[]::new));
      for (int parameter = 1; parameter <= 3; parameter++) {
        all.setArray(parameter, ids);
      }
      addAll(all, found);
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void addAll(PreparedStatement select, Map<String, byte[]> found)
      throws SQLException {
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.put(rows.getString(1) + ":" + rows.getString(2) + ":" + rows.getLong(3),
            rows.getBytes(5));
      }
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
