package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.store.Entry;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.tombstone;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;

/** What people see in a table editor. */
class ReadableViewsIT {
  private static final byte[] NO_TEXT = {(byte) 0xff, 0, 1};

  private static Servers servers;
  private static FreshDatabase database;

  @BeforeAll
  static void write(@TempDir Path directory) throws SQLException {
    servers = Servers.in(directory);
    database = FreshDatabase.on(servers.postgres());
    try (SupabaseL3 l3 = database.open()) {
      l3.probe();
      l3.write(writes("a call", item(1, "¿Sí? \uD83D\uDE00"), item(2, ""),
          new Item(stamp(3), Value.of(NO_TEXT, "application/octet-stream")),
          new Item(stamp(4), Value.of("a\0b".getBytes(StandardCharsets.UTF_8), "text/plain")),
          entry("slots", 5, "Tuesday"), tombstone("gone", 6),
          new Entry("expired", stamp(7), Value.json("1"), 1)));
      l3.write(writes("another call", item(1, "x")));
      l3.erase("another call", stamp(2));
    }
  }

  @AfterAll
  static void end() {
    servers.close();
  }

  private static String json(String query) throws SQLException {
    return database.value("select json_agg(r)::text from (" + query + ") r");
  }

  @Test
  void showTurnsAsTextWhereTheyAreText() throws SQLException {
    assertThat(json("select text, bytes from nivel.items_readable order by item_id"))
        .isEqualToIgnoringWhitespace("""
            [{"text":"¿Sí? \uD83D\uDE00","bytes":11}, {"text":"","bytes":0},
             {"text":null,"bytes":3}, {"text":null,"bytes":3}]""");
  }

  @Test
  void showTheTimeAndTheIdThatTheApplicationSees() throws SQLException {
    Stamp second = stamp(2);
    assertThat(database.value("select item_id from nivel.items_readable"
        + " where conversation_id = 'a call' order by written_at offset 1 limit 1"))
        .isEqualTo(second.toString());
    assertThat(database.value("select nivel.millis(written_at) from nivel.items_readable"
        + " where item_id = " + second)).isEqualTo(Long.toString(second.millis()));
  }

  @Test
  void showEntriesThatHaveAValueNow() throws SQLException {
    assertThat(json("select name, text from nivel.entries_readable"))
        .isEqualToIgnoringWhitespace("[{\"name\":\"slots\",\"text\":\"Tuesday\"}]");
  }

  @Test
  void countWhatAConversationHasAndTellWhatWasErased() throws SQLException {
    assertThat(json("select conversation_id, items, entries, erased_up_to is null as whole"
        + " from nivel.conversations_readable order by 1")).isEqualToIgnoringWhitespace("""
            [{"conversation_id":"a call","items":4,"entries":1,"whole":true},
             {"conversation_id":"another call","items":0,"entries":0,"whole":false}]""");
  }

  @Test
  void showNothingToWhoMaySeeNothingOfTheTables() throws SQLException {
    database.execute("create role guest; grant usage on schema nivel to guest;"
        + " grant select on all tables in schema nivel to guest;"
        + " grant execute on all functions in schema nivel to guest");
    try (Connection connection = DriverManager.getConnection(database.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("set role guest");
      for (String view : List.of("items", "entries", "conversations")) {
        try (ResultSet rows = statement.executeQuery("select * from nivel." + view + "_readable")) {
          assertThat(rows.next()).as(view).isFalse();
        }
      }
    }
  }
}
