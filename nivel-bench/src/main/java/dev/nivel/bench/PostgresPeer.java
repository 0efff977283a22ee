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
import java.util.List;

/**
 * Rows in a table of the shape of Nivel's, by plain JDBC on one connection, each statement a
 * transaction. For use by one thread.
 */
final class PostgresPeer implements AutoCloseable {
  private static final String CONFLICT = " on conflict (conversation_id, stamp) do update set"
      + " content_type = excluded.content_type, value = excluded.value, updated_at = now()";
  private static final String COLUMNS = "insert into peer.items"
      + " (conversation_id, stamp, content_type, value) ";

  private final Connection connection;
  private final PreparedStatement chunk;
  private final PreparedStatement row;
  private final PreparedStatement entries;
  private final PreparedStatement items;

  /** Connects, and makes the table if it is not there. */
  PostgresPeer(String jdbcUrl) {
    try {
      connection = DriverManager.getConnection(jdbcUrl);
      try (Statement statement = connection.createStatement()) {
        statement.execute("create schema if not exists peer");
        statement.execute("create table if not exists peer.items (conversation_id text collate"
            + " \"C\" not null, stamp bigint not null, content_type text not null, value bytea not"
            + " null, updated_at timestamptz not null default now(),"
            + " primary key (conversation_id, stamp))");
      }
      chunk = connection.prepareStatement(
          COLUMNS + "select * from unnest(?, ?, ?, ?)" + CONFLICT);
      row = connection.prepareStatement(COLUMNS + "values (?, ?, ?, ?)" + CONFLICT);
      entries = connection.prepareStatement("select name, stamp, content_type, value from"
          + " nivel.entries where conversation_id = ?");
      items = connection.prepareStatement("select stamp, content_type, value from nivel.items"
          + " where conversation_id = ? order by stamp desc limit 200");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All rows by one statement. */
  void upsert(List<Write> writes) {
    try {
      chunk.setArray(1, array("text", writes.stream().map(Write::conversation).toArray()));
      chunk.setArray(2, array("bigint", writes.stream().map(w -> w.stamp().bits()).toArray()));
      chunk.setArray(3, array("text", writes.stream()
          .map(w -> item(w).value().contentType())
          .toArray()));
      chunk.setArray(4, array("bytea", writes.stream()
          .map(w -> item(w).value().bytes())
          .toArray(byte[][]::new)));
      chunk.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

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

  /** How many entries and items a conversation has, by a statement for each table. */
  int read(String conversation) {
    return count(entries, conversation) + count(items, conversation);
  }

  private static int count(PreparedStatement select, String conversation) {
    try {
      select.setString(1, conversation);
      int count = 0;
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          count += rows.getBytes("value") == null ? 0 : 1;
        }
      }
      return count;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
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
