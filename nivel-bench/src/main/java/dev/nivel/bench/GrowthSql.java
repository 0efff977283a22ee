package dev.nivel.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What the measurements of growth ask of PostgreSQL past Nivel. Stateless. */
final class GrowthSql {
  private static final String BYTES = """
      select sum(pg_total_relation_size(c.oid)) from pg_class c
      where c.relnamespace = 'nivel'::regnamespace and c.relkind = 'r'""";

  private GrowthSql() {}

  /** What tables and indexes take. */
  static long bytes(String jdbcUrl) {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(BYTES)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL could not be read", e);
    }
  }

  /**
   * Adds conversations that were erased two days ago, as all nodes have confirmed; and does what
   * autovacuum and the checkpointer do within minutes, so that they do not do it while something is
   * measured.
   */
  static void addErased(String jdbcUrl, int count) {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement()) {
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
}
