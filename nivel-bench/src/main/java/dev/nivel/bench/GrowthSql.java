package dev.nivel.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What the measurements of growth ask of PostgreSQL past Nivel. For use by one thread. */
final class GrowthSql implements AutoCloseable {
  private static final String BYTES = """
      select sum(pg_total_relation_size(c.oid)) from pg_class c
      where c.relnamespace = 'nivel'::regnamespace and c.relkind = 'r'""";
  private static final String PAGE = """
      select conversation_id, last_activity from nivel.conversations
      where conversation_id > ? and last_activity is not null order by conversation_id limit ?""";

  private final Connection connection;
  private final PreparedStatement page;

  /** Connects. */
  GrowthSql(String jdbcUrl) {
    try {
      connection = DriverManager.getConnection(jdbcUrl);
      page = connection.prepareStatement(PAGE);
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL can't be reached", e);
    }
  }

  /** What tables and indexes take. */
  long bytes() {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(BYTES)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL could not be read", e);
    }
  }

  /**
   * Reads the next conversations by id, and nothing else.
   *
   * @return how many there are, up to the limit
   */
  int page(String after, int limit) {
    try {
      page.setString(1, after);
      page.setInt(2, limit);
      try (ResultSet rows = page.executeQuery()) {
        int count = 0;
        while (rows.next()) {
          count += rows.getString(1).isEmpty() ? 0 : 1;
        }
        return count;
      }
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL could not be read", e);
    }
  }

  /**
   * Adds conversations that were erased two days ago, as all nodes have confirmed; and does what
   * autovacuum and the checkpointer do within minutes, so that they do not do it while something is
   * measured.
   */
  void addErased(int count) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("""
          insert into nivel.conversations (conversation_id, erase_stamp)
            select 'call-' || md5(i::text), nivel.stamp_of(now() - interval '2 days') + (i << 6)
            from generate_series(1, %1$d) as i;
          insert into nivel.erasures (stamp, conversation_id, requested_at, confirmed)
            select nivel.stamp_of(now() - interval '2 days') + (i << 6), 'call-' || md5(i::text),
              now() - interval '2 days', array(select generate_series(0, 63)::smallint)
            from generate_series(1, %1$d) as i""".formatted(count));
      statement.execute("vacuum analyze");
      statement.execute("checkpoint");
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL could not be prepared", e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL could not be left", e);
    }
  }
}
