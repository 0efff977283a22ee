package dev.nivel.supabase;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Functions called over JDBC. */
final class JdbcFunctions implements Functions {
  private final Pool pool;

  JdbcFunctions(Pool pool) {
    this.pool = pool;
  }

  @Override
  public <T> List<T> call(Call call, RowReader<T> reader) {
    Pool.SqlWork<List<T>> work = connection -> {
      try (PreparedStatement statement = connection.prepareStatement(sql(call))) {
        bind(statement, call);
        return readAll(statement, reader);
      }
    };
    return call.isRepeatable() ? pool.callRepeatable(call.operation(), work)
        : pool.call(call.operation(), work);
  }

  private static String sql(Call call) {
    StringJoiner sql = new StringJoiner(", ", "select * from nivel." + call.function() + "(", ")");
    call.arguments().keySet().forEach(name -> sql.add(name + " => ?"));
    return sql.toString();
  }

  private static void bind(PreparedStatement statement, Call call) throws SQLException {
    int index = 0;
    for (Call.Argument argument : call.arguments().values()) {
      index++;
      switch (argument.type()) {
        case TEXT -> statement.setObject(index, argument.value(), Types.VARCHAR);
        case BIGINT -> statement.setObject(index, argument.value(), Types.BIGINT);
        case BOOLEAN -> statement.setObject(index, argument.value(), Types.BOOLEAN);
        case TEXTS -> setArray(statement, index, "text", argument.list().toArray(String[]::new));
        case BIGINTS -> setArray(statement, index, "bigint", argument.list().toArray(Long[]::new));
        case BYTEAS -> setArray(statement, index, "bytea", argument.list().toArray(byte[][]::new));
      }
    }
  }

  /** The elements have their own type: the driver sends those of mere objects as text. */
  private static void setArray(PreparedStatement statement, int index, String type,
      Object[] elements) throws SQLException {
    statement.setArray(index, statement.getConnection().createArrayOf(type, elements));
  }

  private static <T> List<T> readAll(PreparedStatement statement, RowReader<T> reader)
      throws SQLException {
    try (ResultSet result = statement.executeQuery()) {
      if (!result.next()) { // a chunk of which nothing was refused
        return List.of();
      }
      List<T> rows = new ArrayList<>();
      String[] columns = columns(result.getMetaData());
      do {
        rows.add(Functions.read(row(result, columns), reader));
      } while (result.next());
      return rows;
    }
  }

  private static String[] columns(ResultSetMetaData metadata) throws SQLException {
    String[] columns = new String[metadata.getColumnCount()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = metadata.getColumnLabel(i + 1);
    }
    return columns;
  }

  private static Row row(ResultSet result, String[] columns) throws SQLException {
    Map<String, @Nullable Object> values = new HashMap<>();
    for (int i = 0; i < columns.length; i++) {
      @Nullable Object value = result.getObject(i + 1);
      values.put(columns[i], value instanceof Array array
          ? Arrays.asList((Object[]) Objects.requireNonNull(array.getArray()))
          : value);
    }
    return new Row(values);
  }

  @Override
  public String toString() {
    return pool.url().toString();
  }

  @Override
  public void close() {
    pool.close();
  }
}
