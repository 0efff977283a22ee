package dev.nivel.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Statements on a connection of their own. */
final class Sql {
  private Sql() {}

  static void run(String jdbcUrl, String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  /** The first column of the first row. */
  static String ask(String jdbcUrl, String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
      return ask(connection, query);
    }
  }

  static String ask(Connection connection, String query) throws SQLException {
    try (Statement run = connection.createStatement(); ResultSet rows = run.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
