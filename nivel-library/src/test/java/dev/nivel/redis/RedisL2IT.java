package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.store.Condition;
import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Lookup;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.redis.PlainRedis.hash;
import static dev.nivel.redis.PlainRedis.index;
import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.texts;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What Nivel leaves in Redis, seen by plain commands. */
class RedisL2IT {
  private static final long NO_TTL = -1;
  private static final long TTL_MILLIS = RedisFixture.TTL.toMillis();

  private static Servers servers;
  private static String url;
  private static RedisL2 l2;
  private static PlainRedis plain;

  private final String conversation = "a/b:{c}*\"' ñ " + UUID.randomUUID();

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    url = servers.redis().url();
    l2 = RedisFixture.connect(url);
    plain = PlainRedis.at(url);
  }

  @AfterAll
  static void end() {
    plain.close();
    l2.close();
    servers.close();
  }

  private void write(Field... fields) {
    l2.write(conversation, List.of(fields), Condition.NONE);
  }

  private void settle(Field... fields) {
    l2.settle(writes(conversation, fields));
  }

  private void fill(Field... fields) {
    Contents contents = Contents.EMPTY.with(List.of(fields));
    assertThat(l2.fill(conversation, contents, l2.beginFill(conversation).orElseThrow())).isTrue();
  }

  /** What is missing in it is not absent, before the first answer that lacks it. */
  @Test
  void aGenerationIsAnnouncedBeforeItIsBelieved() {
    String before = l2.generation();
    List<String> believed = new ArrayList<>();
    l2.listen(new RecordingListener() {
      @Override
      public void generationStarted() {
        believed.add(l2.generation());
      }
    });
    plain.commands().flushall();
    l2.probe(false);
    assertThat(believed).containsExactly(before, l2.generation());
    assertThat(l2.generation()).isNotEqualTo(before);
  }

  @Nested
  class AConversation {
    @Test
    void hasNoTtlWhileAnyOfItsFieldsIsUnsynced() {
      write(entry("x", 1, "1"), entry("y", 2, "2"));
      assertThat(ttlMillis()).isEqualTo(NO_TTL);
      settle(entry("x", 1, "1"));
      assertThat(ttlMillis()).isEqualTo(NO_TTL);
    }

    @Test
    void hasNoTtlWhenOneOfItsFieldsIsSettledTwice() {
      write(entry("x", 1, "1"), entry("y", 2, "2"));
      settle(entry("x", 1, "1"));
      settle(entry("x", 1, "1"));
      assertThat(ttlMillis()).isEqualTo(NO_TTL);
    }

    @Test
    void isSettledWithMoreFieldsThanLuaHandsOnAtATime() {
      List<Field> fields = new ArrayList<>();
      IntStream.rangeClosed(1, 9_000).forEach(i -> fields.add(entry("x" + i, i, "1")));
      write(fields.get(0), fields.get(999), fields.get(1_000), fields.get(8_999));
      settle(fields.toArray(new Field[0]));
      assertThat(plain.indexed(conversation)).isEmpty();
      assertThat(ttlMillis()).isBetween(TTL_MILLIS / 2, TTL_MILLIS);
    }

    @Test
    void getsItsTtlWhenItsLastFieldIsSettled() {
      write(entry("x", 1, "1"));
      write(item(2, "a"));
      settle(entry("x", 1, "1"), item(2, "a"));
      assertThat(ttlMillis()).isBetween(TTL_MILLIS / 2, TTL_MILLIS);
    }

    @Test
    void losesItsTtlWithTheNextWrite() {
      fill(entry("x", 1, "1"));
      assertThat(ttlMillis()).isBetween(TTL_MILLIS / 2, TTL_MILLIS);
      write(entry("x", 2, "2"));
      assertThat(ttlMillis()).isEqualTo(NO_TTL);
    }

    @Test
    void losesItsTtlWhenAnUnsyncedFieldIsPutBack() {
      fill(entry("x", 1, "1"));
      l2.heal(writes(conversation, entry("x", 2, "2")), true);
      assertThat(ttlMillis()).isEqualTo(NO_TTL);
    }

    @Test
    void getsItsTtlWhenItsUnsyncedFieldsAreErased() {
      write(entry("x", 1, "1"));
      l2.erase(conversation, stamp(5));
      assertThat(ttlMillis()).isBetween(TTL_MILLIS / 2, TTL_MILLIS);
    }

    private long ttlMillis() {
      return plain.commands().pttl(hash(conversation));
    }
  }

  @Nested
  class TheIndexOfUnsyncedFields {
    @Test
    void holdsTheEncodedIdAndTheKeyOfEach() {
      write(entry("x y", 1, "1"), entry("z", 2, "2"));
      write(item(3, "a"));
      assertThat(plain.indexed(conversation))
          .containsExactlyInAnyOrder("e:x y", "e:z", "i:" + stamp(3));
      settle(entry("z", 2, "2"));
      assertThat(plain.indexed(conversation))
          .containsExactlyInAnyOrder("e:x y", "i:" + stamp(3));
    }

    @Test
    void remembersSinceWhenAFieldIsUnsyncedAndNotWhenItWasLastWritten() {
      write(entry("x", 1, "1"));
      String member = RedisKeys.encode(conversation) + " e:x";
      plain.commands().zadd(index(conversation), 1, member);
      write(entry("x", 2, "2"));
      assertThat(plain.commands().zscore(index(conversation), member)).isEqualTo(1);
    }
  }

  @Nested
  class Keys {
    @Test
    void haveTheirDocumentedNamesWhateverTheIdIs() {
      String unique = UUID.randomUUID().toString();
      String id = "né {1}*?[x]\"%20\\/..:@" + unique;
      String encoded = "n%C3%A9%20%7B1%7D%2A%3F%5Bx%5D%22%2520%5C%2F..:@" + unique;
      String bucket = "nivel:{" + RedisKeys.bucket(id) + "}";
      l2.write(id, List.of(entry("x", 1, "1")), Condition.NONE);
      l2.beginFill(id);
      assertThat(plain.commands().keys("nivel:*" + unique)).containsExactlyInAnyOrder(
          bucket + ":c:" + encoded, bucket + ":t:" + encoded);
      assertThat(plain.commands().zscore(bucket + ":dirty", encoded + " e:x")).isNotNull();
      assertThat(plain.commands().get(bucket + ":gen")).isNotEmpty();
    }

    @Test
    void ofIdsThatDifferOnlyInTheirEncodingDiffer() {
      String unique = UUID.randomUUID().toString();
      List<String> ids = List.of("a b" + unique, "a%20b" + unique, "a+b" + unique,
          "a%2520b" + unique);
      ids.forEach(id -> l2.write(id, List.of(entry("x", 1, id)), Condition.NONE));
      assertThat(ids).allSatisfy(
          id -> assertThat(l2.entry(id, "x").entry()).isEqualTo(entry("x", 1, id)));
    }
  }

  @Nested
  class Compression {
    @Test
    void showsInRedis() {
      Value json = Value.json("{\"turn\":\"" + "buenos días ".repeat(400) + "\"}");
      assertThat(json.length()).isGreaterThan(5_000);
      write(Entry.of("x", stamp(1), json));
      assertThat(plain.commands().hstrlen(hash(conversation), "e:x")).isLessThan(300);
      assertThat(l2.entry(conversation, "x").entry())
          .isEqualTo(Entry.of("x", stamp(1), json));
    }
  }

  @Nested
  class ALongConversation {
    private final List<Field> items = new ArrayList<>();

    private void writeItems(int count) {
      fill();
      IntStream.rangeClosed(1, count).forEach(i -> items.add(item(i, "t" + i)));
      l2.write(conversation, items, Condition.NONE);
    }

    @Test
    void isNotTrimmedWhileItsOldestItemIsUnsynced() {
      writeItems(250);
      l2.settle(writes(conversation, items.subList(1, 250).toArray(new Field[0])));
      Contents held = l2.conversation(conversation);
      assertThat(held.items()).hasSize(250);
      assertThat(held.itemsFrom()).isEqualTo(Stamp.NONE);
    }

    @Test
    void losesItsOldestSettledItemsUpToTheFirstUnsyncedOne() {
      writeItems(250);
      List<Field> committed = new ArrayList<>(items);
      committed.remove(30);
      l2.settle(writes(conversation, committed.toArray(new Field[0])));
      Contents held = l2.conversation(conversation);
      assertThat(texts(held.items())).hasSize(220).startsWith("t31", "t32").endsWith("t250");
      assertThat(held.itemsFrom()).isEqualTo(stamp(31));
      assertThat(held.isComplete()).isTrue();
    }

    @Test
    void isNotCalledCompleteByAReadingFromBeforeItWasTrimmed() {
      IntStream.rangeClosed(1, 300).forEach(i -> items.add(item(i, "t" + i)));
      l2.write(conversation, items, Condition.NONE);
      String token = l2.beginFill(conversation).orElseThrow();
      Contents before = Contents.EMPTY; // L3 holds nothing yet
      l2.settle(writes(conversation, items.toArray(new Field[0])));
      assertThat(l2.fill(conversation, before, token)).isFalse();
      Contents held = l2.conversation(conversation);
      assertThat(held.items()).hasSize(200);
      assertThat(held.isComplete()).isFalse();
    }

    @Test
    void keepsItsNewest200ItemsWhenAllIsSettled() {
      writeItems(250);
      l2.settle(writes(conversation, items.toArray(new Field[0])));
      Contents held = l2.conversation(conversation);
      assertThat(texts(held.items())).hasSize(200).startsWith("t51").endsWith("t250");
      assertThat(held.itemsFrom()).isEqualTo(stamp(51));
      assertThat(held.isComplete()).isTrue();
      assertThat(plain.commands().hlen(hash(conversation))).isEqualTo(201);
    }
  }

  @Nested
  class WhenTheScriptsWereFlushed {
    @Test
    void everyOperationGoesOn() {
      flush();
      write(entry("x", 1, "1"), entry("y", 2, "2"));
      flush();
      settle(entry("x", 1, "1"));
      flush();
      l2.heal(writes(conversation, entry("z", 3, "3")), true);
      flush();
      fill(entry("w", 4, "4"));
      assertThat(l2.conversation(conversation).entries()).containsOnlyKeys("w", "x", "y", "z");
      assertThat(plain.indexed(conversation)).containsExactlyInAnyOrder("e:y", "e:z");
      flush();
      l2.erase(conversation, stamp(9));
      assertThat(l2.conversation(conversation).isEmpty()).isTrue();
    }

    private void flush() {
      plain.commands().scriptFlush();
    }
  }

  @Nested
  class AnotherNode {
    private final RecordingListener listener = new RecordingListener();
    private final RedisL2 other = RedisFixture.connect(url, 8, listener);

    @AfterEach
    void close() {
      other.close();
    }

    @Test
    void isToldThatItMayHaveMissedChangesWhenItBeginsToListen() {
      assertThat(listener.missed()).isEqualTo(1);
    }

    @Test
    void hearsOfWrites() {
      write(entry("x y", 1, "1"));
      awaitChange("e:x y", stamp(1));
    }

    /** The engine connects first: its change messages once went to nobody. */
    @Test
    void hearsOfWritesIfItBeginsToListenAfterConnecting() {
      RecordingListener late = new RecordingListener();
      other.listen(late);
      write(entry("x", 1, "1"));
      await().untilAsserted(() -> assertThat(late.changes()).contains(
          new RecordingListener.Change(RedisFixture.NODE, conversation, "e:x", stamp(1))));
    }

    @Test
    void hearsOfItemsByTheNewest() {
      write(item(1, "a"), item(2, "b"));
      awaitChange("i:" + stamp(2), stamp(2));
    }

    @Test
    void hearsOfHealing() {
      l2.heal(writes(conversation, entry("x", 1, "1")), false);
      awaitChange("e:x", stamp(1));
    }

    @Test
    void hearsOfWhatAFillBroughtWhenTheHealingComes() { // I4
      fill(entry("x", 1, "1"));
      l2.heal(writes(conversation, entry("x", 1, "1")), false);
      awaitChange("e:x", stamp(1));
    }

    @Test
    void hearsOfErasures() {
      l2.erase(conversation, stamp(5));
      awaitChange("*", stamp(5));
    }

    @Test
    void hearsNothingOfRefusedWrites() {
      write(entry("x", 5, "5"));
      write(entry("x", 4, "4"));
      write(entry("y", 6, "6"));
      awaitChange("e:y", stamp(6));
      assertThat(listener.changes()).extracting(RecordingListener.Change::stamp)
          .containsExactly(stamp(5), stamp(6));
    }

    @Test
    void seesWhatThisOneWrote() {
      write(entry("x", 1, "1"));
      assertThat(other.entry(conversation, "x")).isEqualTo(new Lookup(entry("x", 1, "1"), true));
    }

    private void awaitChange(String key, Stamp stamp) {
      await().atMost(RedisFixture.WAIT_MAX)
          .untilAsserted(() -> assertThat(listener.changes())
              .contains(new RecordingListener.Change(RedisFixture.NODE, conversation, key, stamp)));
    }
  }

  @Test
  void tellsHowMuchMemoryRedisUses() {
    assertThat(l2.usedMemoryBytes()).isGreaterThan(100_000);
  }
}
