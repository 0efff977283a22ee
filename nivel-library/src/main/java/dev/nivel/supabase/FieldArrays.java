package dev.nivel.supabase;

import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import dev.nivel.store.Write;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Writes as the parallel arrays that the schema's functions take. */
final class FieldArrays {
  private final String[] conversations;
  private final String[] keys;
  private final Long[] stamps;
  private final @Nullable String[] contentTypes;
  private final byte[] @Nullable [] values;
  private final @Nullable Long[] expires;

  FieldArrays(Collection<Write> writes) {
    int count = writes.size();
    conversations = new String[count];
    keys = new String[count];
    stamps = new Long[count];
    contentTypes = new @Nullable String[count];
    values = new byte[count][];
    expires = new @Nullable Long[count];
    int i = 0;
    for (Write write : writes) {
      set(i++, write);
    }
  }

  private void set(int i, Write write) {
    Field field = write.field();
    Value content = field.content();
    conversations[i] = write.conversation();
    keys[i] = field.key();
    stamps[i] = field.stamp().bits();
    contentTypes[i] = content == null ? null : content.contentType();
    values[i] = content == null ? null : content.bytes();
    expires[i] = field.expiresAtMillis() == 0 ? null : field.expiresAtMillis();
  }

  /** Sets the conversations as one array parameter. */
  void setConversations(PreparedStatement statement, int index) throws SQLException {
    statement.setArray(index, statement.getConnection().createArrayOf("text", conversations));
  }

  /** Sets keys and stamps as two array parameters. */
  void setKeysAndStamps(PreparedStatement statement, int index) throws SQLException {
    Connection connection = statement.getConnection();
    statement.setArray(index, connection.createArrayOf("text", keys));
    statement.setArray(index + 1, connection.createArrayOf("bigint", stamps));
  }

  /** Sets keys, stamps, content types, values and expiries as five array parameters. */
  void setFields(PreparedStatement statement, int index) throws SQLException {
    Connection connection = statement.getConnection();
    setKeysAndStamps(statement, index);
    statement.setArray(index + 2, connection.createArrayOf("text", contentTypes));
    statement.setArray(index + 3, connection.createArrayOf("bytea", values));
    statement.setArray(index + 4, connection.createArrayOf("bigint", expires));
  }

  /** The SQL of an expiry as milliseconds since 1970, null = never. */
  static String expiresMillis(String table) {
    return "(extract(epoch from " + table + ".expires_at) * 1000)::bigint";
  }

  /** The content in the columns content type and value; null in a tombstone. */
  static @Nullable Value content(ResultSet row, int index) throws SQLException {
    @Nullable String contentType = row.getString(index);
    byte @Nullable [] bytes = row.getBytes(index + 1);
    return contentType == null || bytes == null ? null : Value.of(bytes, contentType);
  }

  /** The field in the columns stamp, content type, value and expiry. */
  static Field field(String key, ResultSet row, int index) throws SQLException {
    return Field.of(key, new Stamp(row.getLong(index)), content(row, index + 1),
        row.getLong(index + 3));
  }
}
