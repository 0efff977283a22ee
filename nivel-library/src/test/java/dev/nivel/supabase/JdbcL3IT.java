package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.store.Condition;
import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.NivelException;
import dev.nivel.store.Refusal;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import dev.nivel.store.Write;
import dev.nivel.store.WriteReply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What only a real database shows: time, threads, size, and its own refusals. */
class JdbcL3IT {
  private static Servers servers;
  private static EmbeddedPostgres postgres;

  private final String conversation = "call ñ " + UUID.randomUUID();
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

  private Contents held(String id) {
    return Objects.requireNonNull(l3.conversations(List.of(id)).get(id));
  }

  private static Stamp daysAgo(int days) {
    return Stamp.at(System.currentTimeMillis() - Duration.ofDays(days).toMillis(), 1);
  }

  /** Does the same in several threads, which begin together; their results in their order. */
  private static <T> List<T> together(List<Callable<T>> work) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(work.size());
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> one : work) {
        futures.add(threads.submit(() -> {
          barrier.await();
          return one.call();
        }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void isOpenedByAPasswordOfSpecialCharacters() throws SQLException {
    String password = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \u00f1\u20ac";
    database.execute("create role odd superuser login password '" + password.replace("'", "''")
        + "'");
    String encoded = URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
    try (SupabaseL3 odd = FreshDatabase
        .open(database.url().replaceFirst("//[^@]*@", "//odd:" + encoded + "@"))) {
      assertThat(odd.entry(conversation, "x")).isEmpty();
    }
  }

  @Nested
  class ATombstoneOfMoreThanSevenDays {
    @BeforeEach
    void purge() throws SQLException {
      l3.write(writes(conversation, Entry.tombstone("old", daysAgo(9)),
          Entry.tombstone("young", daysAgo(3))));
      database.update("update nivel.entries set deleted_at = now() - interval '9 days'"
          + " where name = 'old'");
      database.update("update nivel.entries set deleted_at = now() - interval '3 days'"
          + " where name = 'young'");
      l3.purge();
    }

    @Test
    void isPurgedAndAYoungerOneIsKept() {
      assertThat(l3.entry(conversation, "old")).isEmpty();
      assertThat(l3.entry(conversation, "young")).isPresent();
    }

    /** I5: a row that is missing may be one that was deleted. */
    @Test
    void barsTheReturnOfWhatMayHaveBeenDeletedWithIt() {
      List<Write> old = writes(conversation,
          Entry.of("old", daysAgo(10), Value.json("1")),
          Entry.of("never-seen", daysAgo(10), Value.json("1")),
          new Item(daysAgo(11), Value.json("1")));
      assertThat(l3.write(old)).hasSize(3).allSatisfy(refusal -> {
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.TOO_OLD);
        assertThat(refusal.held()).isNull();
      });
      assertThat(l3.entry(conversation, "old")).isEmpty();
    }

    @Test
    void doesNotBarWhatIsNewerOrReplacesAnOlderRow() {
      l3.write(writes(conversation, Entry.of("x", daysAgo(8), Value.json("1"))));
      assertThat(l3.entry(conversation, "x")).isPresent();
      l3.purge();
      assertThat(l3.write(writes(conversation, Entry.of("old", daysAgo(2), Value.json("2")))))
          .isEmpty();
    }
  }

  @Nested
  class AnErasedConversation {
    @Test
    void isForgottenAfterThirtyDaysOnceTheHorizonHasPassedIt() throws SQLException {
      l3.write(writes(conversation, Entry.of("x", daysAgo(41), Value.json("1"))));
      l3.erase(conversation, daysAgo(40));
      l3.purge(); // all nodes have confirmed it: there are none
      assertThat(rows()).as("the horizon has just been moved").isEqualTo("1");
      passTenMinutes();
      l3.purge();
      assertThat(rows()).isEqualTo("0");
      assertThat(l3.write(writes(conversation, Entry.of("x", daysAgo(41), Value.json("1")))))
          .extracting(Refusal::reason)
          .containsExactly(Refusal.Reason.TOO_OLD);
    }

    @Test
    void isKeptUntilAllNodesHaveConfirmed() throws SQLException {
      database.update("delete from nivel.nodes"); // other tests'
      int node = l3.nodes().claim("a node that has not").number();
      Stamp stamp = daysAgo(40);
      l3.erase(conversation, stamp);
      l3.purge();
      passTenMinutes();
      l3.purge();
      assertThat(rows()).isEqualTo("1");
      l3.nodes().confirmErase(stamp, node);
      l3.purge();
      passTenMinutes();
      l3.purge();
      assertThat(rows()).isEqualTo("0");
    }

    @Test
    void isKeptIfItIsYoungOrWasWrittenSince() throws SQLException {
      l3.erase(conversation, daysAgo(29));
      l3.erase(conversation + "/written", daysAgo(40));
      l3.write(writes(conversation + "/written", Entry.of("x", daysAgo(1), Value.json("1"))));
      l3.purge();
      passTenMinutes();
      l3.purge();
      assertThat(rows()).isEqualTo("2");
      assertThat(l3.write(writes(conversation, Entry.of("x", daysAgo(30), Value.json("1")))))
          .extracting(Refusal::reason)
          .containsExactly(Refusal.Reason.ERASED);
    }

    private void passTenMinutes() throws SQLException {
      database.update("update nivel.erased set barred_at = barred_at - interval '11 minutes'");
    }

    private String rows() throws SQLException {
      return database.value("select count(*) from nivel.conversations where starts_with("
          + "conversation_id, '" + conversation + "')");
    }
  }

  @Nested
  class AnExpiry {
    @ParameterizedTest
    @ValueSource(longs = {1, 999, 1_795_000_000_001L, 1_795_000_000_123L, 1_795_000_000_999L,
        4_102_444_800_007L, 32_503_680_000_003L})
    void survivesToTheMillisecond(long millis) {
      Entry expiring = new Entry("x", stamp(1), Value.json("1"), millis);
      l3.write(writes(conversation, expiring));
      assertThat(l3.entry(conversation, "x")).contains(expiring);
      assertThat(held(conversation).entries()).isEqualTo(Map.of("x", expiring));
    }
  }

  @Nested
  class SeveralThreads {
    private static final int ROUNDS = 50;
    private static final int CONVERSATIONS = 200;

    @Test
    void thatWriteTheSameConversationsInOppositeOrdersDoNotDeadlock() throws Exception {
      together(List.of(
          () -> writeRounds(0, Comparator.naturalOrder()),
          () -> writeRounds(1, Comparator.reverseOrder())));
      for (int i = 0; i < CONVERSATIONS; i++) {
        assertThat(held(conversation + i).entries()).isEqualTo(Map.of(
            "x", entry("x", 2 * ROUNDS + 1, "of 1"),
            "y", entry("y", 2 * ROUNDS + 1, "of 0")));
      }
    }

    /** All conversations in every other round, the last one too, else a share by chance. */
    private int writeRounds(int thread, Comparator<Integer> order) {
      Random random = new Random(thread);
      for (int round = 1; round <= ROUNDS; round++) {
        int percent = round % 2 == 0 ? 100 : 1 + random.nextInt(100);
        int at = round;
        l3.write(IntStream.range(0, CONVERSATIONS)
            .filter(i -> random.nextInt(100) < percent)
            .boxed()
            .sorted(order)
            .flatMap(i -> versions(conversation + i, at, thread).stream())
            .toList());
      }
      return ROUNDS;
    }

    private static List<Write> versions(String id, int round, int thread) {
      return writes(id, entry("x", 2 * round + thread, "of " + thread),
          entry("y", 2 * round + 1 - thread, "of " + thread), item(2 * round + thread, "i"));
    }

    @Test
    void thatAppendToOneConversationLeaveEachAcceptedItemOnce() throws Exception {
      List<Callable<List<Item>>> work = new ArrayList<>();
      for (int node = 1; node <= 4; node++) {
        int number = node;
        work.add(() -> append(number));
      }
      List<Item> accepted = new ArrayList<>();
      together(work).forEach(accepted::addAll);
      accepted.sort(Item.ORDER);
      assertThat(accepted).hasSize(200);
      assertThat(l3.itemsAfter(conversation, Stamp.NONE, 1_000)).isEqualTo(accepted);
    }

    /** As a writer does it: what is refused is stamped anew. */
    private List<Item> append(int node) {
      List<Item> accepted = new ArrayList<>();
      Stamp next = stamp(node);
      while (accepted.size() < 50) {
        Item item = new Item(next, Value.json("\"" + node + "/" + accepted.size() + "\""));
        WriteReply reply = l3.writeFirst(conversation, List.of(item), Condition.NONE, false);
        if (reply.outcome() == WriteReply.Outcome.ACCEPTED) {
          accepted.add(item);
          next = next.next(node);
        } else {
          next = reply.held().next(node);
        }
      }
      return accepted;
    }

    @Test
    void thatChangeOneEntryUnderAConditionDoSoOneAfterTheOther() throws Exception {
      l3.write(writes(conversation, entry("x", 1, "1")));
      List<Callable<WriteReply>> work = new ArrayList<>();
      for (int node = 1; node <= 8; node++) {
        Entry next = Entry.of("x", Stamp.at(stamp(2).millis(), node), Value.json("" + node));
        work.add(() -> l3.writeFirst(conversation, List.of(next), Condition.at(stamp(1)), false));
      }
      assertThat(together(work)).extracting(WriteReply::outcome)
          .containsOnlyOnce(WriteReply.Outcome.ACCEPTED)
          .containsOnly(WriteReply.Outcome.ACCEPTED, WriteReply.Outcome.CONDITION);
    }
  }

  @Nested
  class ValuesOfOneMebibyte {
    private final byte[] bytes = new byte[1 << 20];

    @BeforeEach
    void fill() {
      new Random(1).nextBytes(bytes);
    }

    @Test
    void areReturnedAsTheyWereWritten() {
      Value value = Value.of(bytes, "application/octet-stream");
      Entry entry = Entry.of("x", stamp(1), value);
      Item item = new Item(stamp(2), value);
      assertThat(l3.write(writes(conversation, entry, item))).isEmpty();
      assertThat(l3.entry(conversation, "x")).contains(entry);
      assertThat(l3.itemsBefore(conversation, Optional.empty(), 1)).containsExactly(item);
      assertThat(held(conversation).fields()).containsExactlyInAnyOrder(entry, item);
      assertThat(l3.write(writes(conversation, entry, item))).isEmpty();
    }

    @Test
    void mayBeWrittenPastL2() {
      Entry entry = Entry.of("x", stamp(1), Value.of(bytes, "application/octet-stream"));
      l3.writeFirst(conversation, List.of(entry), Condition.NONE, false);
      assertThat(l3.staleInL2(10)).containsExactlyElementsOf(writes(conversation, entry));
    }

    @ParameterizedTest
    @ValueSource(strings = {"after('%s', 0", "before('%s', 1::bigint << 62"})
    void areInAPageOfItemsUpToItsBytes(String from) throws SQLException {
      l3.write(writes(conversation, IntStream.rangeClosed(1, 5)
          .mapToObj(i -> new Item(stamp(i), Value.of(bytes, "a/b")))
          .toArray(Field[]::new)));
      String sql = "select array_agg(value is not null) from nivel.read_page_" + from + ", 9, %s)";
      assertThat(database.value(sql.formatted(conversation, "3 << 20"))).isEqualTo("{t,t,t,f}");
      assertThat(database.value(sql.formatted(conversation, "1"))).isEqualTo("{t,f}");
    }
  }

  @Nested
  class AFailureOfTheDatabase {
    private static final String SECRET = "s3cret-content";
    private static final String SECRET_IN_HEX = "7333637265742d636f6e74656e74";

    @ParameterizedTest
    @ValueSource(strings = {
        "alter table nivel.entries add constraint none check (octet_length(value) < 3)",
        "alter table nivel.entries add column more text not null default 'x';"
            + " alter table nivel.entries alter column more drop default",
        "alter table nivel.entries drop column content_type cascade",
        "alter table nivel.entries drop column expires_at cascade",
        "drop view nivel.conversations_readable, nivel.entries_readable;"
            + " alter table nivel.entries alter column value type integer using 1",
        "create unique index on nivel.entries (content_type)",
        "drop table nivel.entries cascade",
        "drop function nivel.write_fields",
        "alter table nivel.entries rename to moved",
        "create function public.check_number() returns trigger language plpgsql as"
            + " 'begin perform convert_from(new.value, $$UTF8$$)::integer; return new; end';"
            + " create trigger numbers before insert on nivel.entries"
            + " for each row execute function public.check_number()"})
    void neverShowsTheContentOfTheRow(String damage) throws SQLException {
      l3.write(writes(conversation, entry("first", 1, "1")));
      database.execute(damage);
      Entry entry = entry("x", 2, SECRET);
      assertNotShown(catchThrowableOfType(NivelException.class,
          () -> l3.write(writes(conversation, entry))));
      assertNotShown(catchThrowableOfType(NivelException.class,
          () -> l3.writeFirst(conversation, List.of(entry), Condition.NONE, false)));
    }

    private static void assertNotShown(NivelException failure) {
      assertThat(failure).isNotNull();
      assertThat(Throwables.getStackTrace(failure)).doesNotContain(SECRET, SECRET_IN_HEX);
    }
  }
}
