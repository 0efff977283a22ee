package dev.nivel.bench;

import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares PostgreSQL with what was acknowledged, row by row and byte by byte. For use by one
 * thread.
 */
final class StoredCheck {
  private static final int ROWS_AT_A_TIME = 500;
  private static final String ENTRIES = """
      select conversation_id, stamp, content_type, value from nivel.entries
      where conversation_id like 'backlog-%'""";
  private static final String ITEMS = """
      select conversation_id, stamp, content_type, value from nivel.items
      where conversation_id like 'backlog-%'""";

  private final Acknowledged acknowledged;
  private final long seed;
  private final BitSet found = new BitSet();
  private long rows;
  private long alien;
  private long wrong;

  private StoredCheck(Acknowledged acknowledged, long seed) {
    this.acknowledged = acknowledged;
    this.seed = seed;
  }

  /**
   * What was found.
   *
   * @param rows that PostgreSQL has
   * @param lost fields that were acknowledged and are not there
   * @param alien rows under a stamp that was not acknowledged
   * @param wrong rows with other bytes, or another type, than were written
   */
  record Findings(long rows, long lost, long alien, long wrong) {
    boolean isClean() {
      return lost == 0 && alien == 0 && wrong == 0;
    }
  }

  static Findings of(String jdbcUrl, Acknowledged acknowledged, long seed) throws SQLException {
    StoredCheck check = new StoredCheck(acknowledged, seed);
    try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
      connection.setAutoCommit(false); // else the driver reads all rows at once
      check.read(connection, ENTRIES, true);
      check.read(connection, ITEMS, false);
    }
    return new Findings(check.rows, acknowledged.count() - check.found.cardinality(), check.alien,
        check.wrong);
  }

  private void read(Connection connection, String sql, boolean areEntries) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setFetchSize(ROWS_AT_A_TIME);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          compare(row, areEntries);
        }
      }
    }
  }

  private void compare(ResultSet row, boolean isEntry) throws SQLException {
    rows++;
    int index = SyntheticCall.index(row.getString(1));
    int field = field(index, new Stamp(row.getLong(2)), isEntry);
    if (field < 0) {
      alien++;
      return;
    }
    found.set(Acknowledged.FIELDS * index + field);
    SyntheticCall call = SyntheticCall.of(seed, index);
    Value written = isEntry ? call.state() : call.turns().get(field - 1);
    byte @Nullable [] stored = row.getBytes(4);
    if (!Arrays.equals(written.bytes(), stored)
        || !written.contentType().equals(row.getString(3))) {
      wrong++;
    }
  }

  /** Which field of a conversation has a stamp; -1 = none that was acknowledged. */
  private int field(int index, Stamp stamp, boolean isEntry) {
    for (int field = isEntry ? 0 : 1; field < (isEntry ? 1 : Acknowledged.FIELDS); field++) {
      if (stamp.equals(acknowledged.stamp(index, field))) {
        return field;
      }
    }
    return -1;
  }
}
