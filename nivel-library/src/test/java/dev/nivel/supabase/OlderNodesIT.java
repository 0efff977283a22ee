package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.store.Contents;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;

/** Functions that only nodes of an older version call, while the others are replaced one by one. */
class OlderNodesIT {
  private static final String CALL = "call";

  private Servers servers;
  private FreshDatabase database;
  private SupabaseL3 l3;

  @BeforeEach
  void open(@TempDir Path directory) throws SQLException {
    servers = Servers.in(directory);
    database = FreshDatabase.on(servers.postgres());
    l3 = database.open();
    l3.probe();
  }

  @AfterEach
  void close() {
    l3.close();
    servers.close();
  }

  /** What became of items of these milliseconds: how many were refused, and why. */
  private String writeItems(int first, int second) throws SQLException {
    return database.value(String.format("""
        select count(*) || coalesce(min(reason), '') from nivel.write_items(array['%s', '%s'],
          array[%s, %s], array['text/plain', 'text/plain'], array['a'::bytea, 'b'])""", CALL, CALL,
        stamp(first), stamp(second)));
  }

  private Contents held() {
    return Objects.requireNonNull(l3.conversations(List.of(CALL)).get(CALL));
  }

  @Test
  void theirItemsAreRead() throws SQLException {
    assertThat(writeItems(2, 3)).isEqualTo("0");
    assertThat(held().items()).extracting(item -> item.value().text()).containsExactly("a", "b");
    assertThat(held().items()).extracting(item -> item.stamp()).containsExactly(stamp(2), stamp(3));
  }

  @Test
  void theirItemsDoNotUndoAnErasure() throws SQLException { // I5
    l3.write(writes(CALL, item(1, "a")));
    assertThat(l3.erase(CALL, stamp(3))).isTrue();
    assertThat(writeItems(2, 4)).isEqualTo("1ERASED");
    assertThat(held().items()).extracting(item -> item.stamp()).containsExactly(stamp(4));
  }

  @Test
  void theyReadWhatOthersWrite() throws SQLException {
    assertThat(l3.erase(CALL, stamp(1))).isTrue();
    l3.write(writes(CALL, entry("x", 2, "x"), item(3, "a"), item(4, "b")));
    assertThat(database.value(String.format("""
        select string_agg(kind || stamp || coalesce(':' || convert_from(value, 'UTF8'), ''), ' '
          order by kind, stamp)
        from nivel.read_conversations(array['%s'], 200, 1000000, 100)""", CALL)))
        .isEqualTo(String.format("c%s e%s:x i%s:a i%s:b", stamp(1), stamp(2), stamp(3), stamp(4)));
  }

  @Test
  void theyReadPagesOfALog() throws SQLException {
    l3.write(writes(CALL, item(1, "a"), item(2, "b"), item(3, "c")));
    assertThat(database.value(String.format("""
        select string_agg(convert_from(value, 'UTF8'), '')
        from nivel.read_items_before('%s', %s, 1)""", CALL, stamp(3)))).isEqualTo("b");
    assertThat(database.value(String.format("""
        select string_agg(convert_from(value, 'UTF8'), '')
        from nivel.read_items_after('%s', %s, 2)""", CALL, stamp(1)))).isEqualTo("bc");
  }
}
