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
  private final PreparedStatement allEntries;
  private final PreparedStatement allItems;

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
      String ofEntries = "select conversation_id, name, content_type, value, stamp from"
          + " nivel.entries where conversation_id = ";
      String ofItems = "select conversation_id, stamp, content_type, value from nivel.items"
          + " where conversation_id = ";
      entries = connection.prepareStatement(ofEntries + "?");
      items = connection.prepareStatement(ofItems + "? order by stamp desc limit 200");
      allEntries = connection.prepareStatement(ofEntries + "any(?)");
      allItems = connection.prepareStatement(ofItems + "any(?)");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All rows by one statement. */
  void upsert(List<Write> writes) {
    try {
      // The driver sends arrays of mere objects as text, which takes longer.
      chunk.setArray(1, array("text",
          writes.stream().map(Write::conversation).toArray(String[]::new)));
      chunk.setArray(2, array("bigint",
          writes.stream().map(w -> w.stamp().bits()).toArray(Long[]::new)));
      chunk.setArray(3, array("text", writes.stream()
          .map(w -> item(w).value().contentType())
          .toArray(String[]::new)));
      chunk.setArray(4, array("bytea", writes.stream()
          .map(w -> item(w).value().bytes())
          .toArray(byte[][]::new)));
      chunk.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has PostgreSQL look how many rows there are, which it else does some time later. */
  void analyze() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("analyze nivel.entries, nivel.items");
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

  /** The entries and items of several conversations, by a statement for each table. */
  Map<String, byte[]> readAll(List<String> conversations) {
    Map<String, byte[]> found = new HashMap<>();
    try {
      Array ids = array("text", conversations.toArray(String[]::new));
      allEntries.setArray(1, ids);
      addAll(allEntries, found);
      allItems.setArray(1, ids);
      addAll(allItems, found);
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void addAll(PreparedStatement select, Map<String, byte[]> found)
      throws SQLException {
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.put(rows.getString(1) + ":" + rows.getString(2) + ":" + rows.getString(3),
            rows.getBytes(4));
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
