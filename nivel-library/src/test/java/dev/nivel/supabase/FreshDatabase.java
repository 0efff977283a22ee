package dev.nivel.supabase;

import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.store.ItemBounds;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** An empty database on a real PostgreSQL, with SQL past Nivel. */
final class FreshDatabase {
  /** Long enough for a machine however busy. */
  static final Duration PATIENT = Duration.ofMinutes(2);

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String url;
  private final String jdbcUrl;

  private FreshDatabase(String url, String jdbcUrl) {
    this.url = url;
    this.jdbcUrl = jdbcUrl;
  }

  static FreshDatabase on(EmbeddedPostgres postgres) throws SQLException {
    String name = "fresh_" + COUNT.incrementAndGet();
    execute(postgres.jdbcUrl(), "create database " + name);
    return new FreshDatabase(postgres.url().replaceFirst("/postgres$", "/" + name),
        postgres.jdbcUrl().replace("/postgres?", "/" + name + "?"));
  }

  /** Its address with user and password. */
  String url() {
    return url;
  }

  /** Its address for JDBC, with user and password. */
  String jdbcUrl() {
    return jdbcUrl;
  }

  /** An L3 that makes no schema before it is asked to. */
  SupabaseL3 open() {
    return open(PATIENT);
  }

  SupabaseL3 open(Duration timeout) {
    return open(url, timeout);
  }

  /** A patient L3 at an address of any database. */
  static SupabaseL3 open(String url) {
    return open(url, PATIENT);
  }

  /** An L3 at an address of any database. */
  static SupabaseL3 open(String url, Duration timeout) {
    return SupabaseL3.open(PostgresUrl.parse(url),
        new SupabaseL3.Limits(timeout, ItemBounds.DEFAULT));
  }

  /** Runs statements. */
  void execute(String sql) throws SQLException {
    execute(jdbcUrl, sql);
  }

  /** Runs statements on any database. */
  static void execute(String jdbcUrl, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Runs a statement that changes rows, and tells how many. */
  int update(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  /** The one value that a query returns, as text. */
  String value(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
