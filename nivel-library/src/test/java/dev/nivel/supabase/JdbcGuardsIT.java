package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.NodeRegistry.Epoch;
import dev.nivel.store.NodeRegistry.Erasure;
import dev.nivel.store.NodeRegistry.Report;
import dev.nivel.store.Refusal;
import dev.nivel.store.Refusal.Reason;
import dev.nivel.store.RejectedException;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import dev.nivel.store.Write;
import dev.nivel.store.WriteReply.Outcome;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Writers that get in each other's way, and rows that are refused. */
class JdbcGuardsIT {
  private static final int ROUNDS = 30;
  private static Servers servers;
  private static EmbeddedPostgres postgres;

  private FreshDatabase database;
  private SupabaseL3 l3;

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    postgres = servers.postgres();
  }

  @AfterAll
  static void end() {
    servers.close();
  }

  @BeforeEach
  void open() throws SQLException {
    database = FreshDatabase.on(postgres);
    l3 = database.open();
    l3.probe();
  }

  @AfterEach
  void close() {
    l3.close();
  }

  private static Stamp daysAgo(int days) {
    return Stamp.at(System.currentTimeMillis() - Duration.ofDays(days).toMillis(), 1);
  }

  @Test
  void aNodeThatHasConfirmedAllErasuresLooksForLaterOnesAndInItsNextLifeForAll()
      throws SQLException { // I12
    Report report = new Report("normal", Report.NOTHING_UNSYNCED, Epoch.NONE, Set.of());
    int node = l3.nodes().claim("a").number();
    assertThat(l3.nodes().heartbeat(node, "a", report).erasures()).isEmpty();
    database.update("insert into nivel.erasures (stamp, conversation_id, requested_at)"
        + " values (1, 'unseen', now() - interval '1 hour')");
    l3.erase("seen", daysAgo(1));
    assertThat(l3.nodes().heartbeat(node, "a", report).erasures())
        .extracting(Erasure::conversation)
        .containsExactly("seen");
    l3.nodes().claim("a");
    for (int i = 0; i < 2; i++) { // as long as it is not confirmed
      assertThat(l3.nodes().heartbeat(node, "a", report).erasures())
          .extracting(Erasure::conversation)
          .contains("unseen");
    }
  }

  @Test
  void aWritePastRedisThatIsOlderThanThePurgeHorizonIsStampedAnew() throws SQLException {
    l3.write(writes("c", Entry.tombstone("old", daysAgo(9))));
    database.update("update nivel.entries set deleted_at = now() - interval '9 days'");
    l3.purge();
    Entry entry = Entry.of("x", daysAgo(10), Value.json("1"));
    assertThat(l3.writeFirst("d", List.of(entry), Condition.NONE, false).outcome())
        .isEqualTo(Outcome.REFUSED);
    Item item = new Item(daysAgo(10), Value.json("1"));
    assertThat(l3.writeFirst("d", List.of(item), Condition.NONE, true).outcome())
        .isEqualTo(Outcome.REFUSED);
    assertThat(l3.staleInL2(10)).isEmpty();
  }

  @Test
  void aNoteForAnItemThatIsGoneIsPassedOverAndPurged() throws SQLException {
    l3.writeFirst("c", List.of(item(1, "a")), Condition.NONE, false);
    l3.writeFirst("c", List.of(item(2, "b")), Condition.NONE, false);
    database.update("delete from nivel.items where value = 'a'");
    assertThat(l3.staleInL2(10)).containsExactlyElementsOf(writes("c", item(2, "b")));
    l3.purge();
    assertThat(l3.staleInL2(10)).hasSize(1);
  }

  @Test
  void whatATriggerSaysOfARowIsNotPassedOn() throws SQLException {
    database.execute("""
        create function public.tell() returns trigger language plpgsql as $$
        begin raise exception 'no %', convert_from(new.value, 'UTF8'); end $$;
        create trigger tell before insert on nivel.entries
          for each row execute function public.tell()""");
    assertThatThrownBy(() -> l3.write(writes("c", entry("s", 1, "s3cret-content"))))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("P0001")
        .hasMessageNotContaining("s3cret")
        .hasNoCause();
  }

  @Test
  void forgettingNotesAndRenewingThemDoNotLockEachOtherOut() throws SQLException {
    List<Field> items = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      items.add(item(i, "a"));
    }
    List<Write> reversed = new ArrayList<>();
    items.forEach(field -> reversed.add(new Write("c", field)));
    Collections.reverse(reversed);
    for (int round = 0; round < ROUNDS; round++) {
      database.update("delete from nivel.items");
      CompletableFuture<Void> told = CompletableFuture.runAsync(() -> l3.toldL2(reversed));
      l3.writeFirst("c", items, Condition.NONE, true);
      told.join();
    }
    l3.toldL2(reversed);
    assertThat(l3.staleInL2(10)).isEmpty();
  }

  @Test
  void purgingAndWritingDoNotLockEachOtherOut() {
    long now = System.currentTimeMillis();
    Random random = new Random(1);
    for (int round = 0; round < ROUNDS; round++) {
      List<Write> expired = new ArrayList<>();
      List<Write> renewed = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        Stamp stamp = Stamp.at(now + 10L * round, 1);
        expired.add(new Write("c" + i, new Entry("x", stamp, Value.json("1"), now - 1_000)));
        renewed.add(new Write("c" + i, Entry.of("x", stamp.next(1), Value.json("2"))));
      }
      Collections.shuffle(expired, random);
      l3.write(expired);
      CompletableFuture<Void> purge = CompletableFuture.runAsync(l3::purge);
      assertThat(l3.write(renewed)).isEmpty();
      purge.join();
    }
    assertThat(l3.entry("c7", "x").orElseThrow().value()).isEqualTo(Value.json("2"));
  }

  /** The statement began before the erasure was committed, and must not go by what it saw then. */
  @Test
  void whatWaitsForAnErasureIsJudgedByIt() {
    for (Field older : List.of(item(2, "a"), entry("x", 2, "a"))) {
      assertThat(l3.write(writes("c", item(9, "in the way of the erasure")))).isEmpty();
      CompletableFuture<Void> erasure = CompletableFuture.runAsync(() -> execute("""
          begin;
          select nivel.erase('c', %s);
          select pg_sleep(1);
          commit""".formatted(stamp(5))));
      Awaitility.await()
          .until(() -> "1".equals(database.value(
              "select count(*) from pg_stat_activity where wait_event = 'PgSleep'")));
      assertThat(l3.write(writes("c", older))).extracting(Refusal::reason)
          .containsExactly(Reason.ERASED);
      erasure.join();
      execute("delete from nivel.conversations; delete from nivel.erasures");
    }
  }

  /** Of two heartbeats the later one sees what the earlier one has reported, however slow it is. */
  @Test
  void aHeartbeatWaitsForTheOneBefore() {
    int first = l3.nodes().claim("first").number();
    int second = l3.nodes().claim("second").number();
    CompletableFuture<Void> slow = CompletableFuture.runAsync(() -> execute("""
        begin;
        select nivel.heartbeat(%d, 'first', 'bypass', '', 7, false, '{}');
        select pg_sleep(1);
        commit""".formatted(first)));
    Awaitility.await()
        .until(() -> "1".equals(database.value(
            "select count(*) from pg_locks where locktype = 'advisory' and granted")));
    assertThat(l3.nodes()
        .heartbeat(second, "second", new Report("normal", "", Epoch.NONE, Set.of()))
        .nodes())
        .filteredOn(node -> node.number() == first)
        .extracting(node -> node.epoch().id())
        .containsExactly(7L);
    slow.join();
  }

  private void execute(String sql) {
    try {
      database.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** It may have been sent long ago, when the node's ways were others. */
  @Test
  void aHeartbeatThatIsCarriedOutLateConfirmsNothing() throws SQLException {
    int number = l3.nodes().claim("late").number();
    Report report = new Report("normal", "", Epoch.NONE, Set.of(5L));
    l3.nodes().heartbeat(number, "late", report);
    assertThat(confirmed(number)).isEqualTo("{5}");
    database.execute("update nivel.nodes set heartbeat_at = now() - interval '4 s'");
    l3.nodes().heartbeat(number, "late", report);
    assertThat(confirmed(number)).isEqualTo("{}");
    l3.nodes().heartbeat(number, "late", report);
    assertThat(confirmed(number)).isEqualTo("{5}");
  }

  private String confirmed(int number) throws SQLException {
    return database.value("select confirmed::text from nivel.nodes where number = " + number);
  }
}
