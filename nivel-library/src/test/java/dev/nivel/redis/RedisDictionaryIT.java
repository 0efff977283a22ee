package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.store.CompressionCounts;
import dev.nivel.store.Condition;
import dev.nivel.store.CorruptException;
import dev.nivel.store.Dictionary;
import dev.nivel.store.DictionaryStore;
import dev.nivel.store.FakeDictionaries;
import dev.nivel.store.Item;
import dev.nivel.store.L2;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Value;
import dev.nivel.store.Write;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.redis.PlainRedis.hash;
import static dev.nivel.store.Fields.stamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Dictionaries that nodes learn, and find again, with a real Redis. */
class RedisDictionaryIT {
  private static final String SHELF = "nivel:{0}:dictionaries:plain";
  private static final byte[] TURN = Turns.calls(1, 77).get(0).get(0);
  private static final char CODEC = 3;

  private static Servers servers;
  private static String url;
  private static PlainRedis plain;

  private final String conversation = "call " + UUID.randomUUID();
  private volatile boolean isL3Out;
  private final FakeDictionaries l3 = new FakeDictionaries(() -> {
    if (isL3Out) {
      throw new UnavailableException("L3 is out");
    }
  });
  private RedisL2 a;
  private RedisL2 b;

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    url = servers.redis().url();
    plain = PlainRedis.at(url);
  }

  @AfterAll
  static void end() {
    plain.close();
    servers.close();
  }

  @BeforeEach
  void open() {
    plain.commands().flushall();
    a = node(7, l3);
    b = node(8, l3);
  }

  @AfterEach
  void close() {
    a.close();
    b.close();
  }

  private static RedisL2 node(int number, DictionaryStore store) {
    RedisL2 l2 = RedisFixture.connect(url, number, L2.Listener.NONE);
    l2.keepDictionariesIn(store);
    return l2;
  }

  private static void talk(RedisL2 node, int calls, long seed) {
    int call = 0;
    for (List<byte[]> turns : Turns.calls(calls, seed)) {
      String id = "talk " + seed + " " + call++;
      for (int i = 0; i < turns.size(); i++) {
        write(node, id, i + 1, turns.get(i));
      }
    }
  }

  private static Item write(RedisL2 node, String id, int millis, byte[] turn) {
    Item item = new Item(stamp(millis), Value.of(turn, Value.JSON));
    node.write(id, List.of(item), Condition.NONE);
    return item;
  }

  /** A node that has learned. */
  private static void teach(RedisL2 node) {
    talk(node, 60, 1);
    node.learn();
    assertThat(learning(node).dictionary()).isNotEmpty();
  }

  private static CompressionCounts.Learning learning(RedisL2 node) {
    return node.compression().learning();
  }

  private char codec(Item item) {
    return plain.envelope(conversation, item.key()).charAt(1);
  }

  private List<Item> items(RedisL2 node) {
    return node.conversation(conversation).items();
  }

  @Nested
  class ANodeThatHasLearned {
    @Test
    void writesSmallValuesWithADictionaryThatIsKeptInL3AndRedis() {
      Item before = write(a, conversation, 1, TURN);
      assertThat(codec(before)).isNotEqualTo(CODEC);
      teach(a);
      Item after = write(a, conversation, 2, TURN);
      assertThat(codec(after)).isEqualTo(CODEC);
      assertThat(plain.envelope(conversation, after.key())).hasSizeLessThan(TURN.length / 3);
      assertThat(items(a)).containsExactly(before, after);
      assertThat(l3.ids("plain")).hasSize(1);
      String name = Dictionary.name(l3.ids("plain").get(0));
      assertThat(plain.commands().hkeys(SHELF)).containsExactly(name);
      assertThat(learning(a).dictionary()).isEqualTo(name);
      assertThat(learning(a).adopted()).isEqualTo(1);
    }

    @Test
    void isReadByOneThatNeverSawItsDictionary() {
      teach(a);
      Item item = write(a, conversation, 1, TURN);
      assertThat(learning(b).known()).isZero();
      isL3Out = true; // Redis is enough
      assertThat(items(b)).containsExactly(item);
    }

    @Test
    void teachesTheOthers() {
      teach(a);
      b.learn();
      assertThat(learning(b).dictionary()).isEqualTo(learning(a).dictionary());
      assertThat(learning(b).trained()).isZero();
      assertThat(codec(write(b, conversation, 1, TURN))).isEqualTo(CODEC);
    }

    @Test
    void doesNotTradeADictionaryForOneThatIsHardlyBetter() {
      talk(a, 300, 1);
      a.learn();
      String first = learning(a).dictionary();
      talk(a, 310, 2);
      a.learn();
      assertThat(learning(a).trained()).isEqualTo(2);
      assertThat(learning(a).dictionary()).isEqualTo(first);
      assertThat(l3.ids("plain")).hasSize(1);
    }

    @Test
    void tradesADictionaryForOneThatIsMuchBetterAndReadsBoth() {
      DictionaryStore poor = new FakeDictionaries(() -> {});
      poor.keep(new Dictionary("plain", "\"confidence\": 0.".getBytes(
          StandardCharsets.US_ASCII)));
      try (RedisL2 c = node(9, poor)) {
        c.learn();
        Item first = write(c, conversation, 1, TURN);
        assertThat(codec(first)).isEqualTo(CODEC);
        teach(c);
        assertThat(poor.ids("plain")).hasSize(2);
        Item second = write(c, conversation, 2, TURN);
        assertThat(plain.envelope(conversation, second.key()).length())
            .isLessThan(plain.envelope(conversation, first.key()).length() / 2);
        assertThat(items(c)).containsExactly(first, second);
        assertThat(items(b)).containsExactly(first, second);
      }
    }
  }

  @Nested
  class WhenRedisWasEmptied {
    @Test
    void noDictionaryIsUsedBeforeRedisHasItAgain() {
      teach(a);
      plain.commands().flushall();
      a.probe(false); // what a heartbeat does
      assertThat(learning(a).dictionary()).isEmpty();
      assertThat(codec(write(a, conversation, 1, TURN))).isNotEqualTo(CODEC);
      isL3Out = true;
      assertThatThrownBy(a::learn).isInstanceOf(UnavailableException.class);
      assertThat(plain.commands().hlen(SHELF)).isEqualTo(1); // for that L3 is not needed
      Item item = write(a, conversation, 2, TURN);
      assertThat(codec(item)).isEqualTo(CODEC);
      assertThat(items(b)).contains(item);
    }

    @Test
    void aValueFindsItsDictionaryInL3AndBringsItBack() {
      teach(a);
      Item item = write(a, conversation, 1, TURN);
      plain.commands().del(SHELF);
      assertThat(items(b)).containsExactly(item);
      assertThat(plain.commands().hlen(SHELF)).isEqualTo(1);
    }
  }

  @Nested
  class WhenADictionaryIsMissing {
    @Test
    void aValueIsNotDroppedWhileL3CannotBeAsked() {
      teach(a);
      Item item = write(a, conversation, 1, TURN);
      plain.commands().del(SHELF);
      isL3Out = true;
      assertThatThrownBy(() -> items(b)).isInstanceOfSatisfying(UnavailableException.class,
          // Redis has answered: its breaker does not count it
          e -> assertThat(e.isHarmlessForReads()).isTrue());
      assertThat(b.corruptCount()).isZero();
      assertThat(plain.commands().hexists(hash(conversation), item.key())).isTrue();
      assertThat(items(a)).containsExactly(item); // from memory
      isL3Out = false;
      assertThat(items(b)).containsExactly(item);
    }

    @Test
    void aValueWhoseDictionaryIsNowhereIsCountedAndDroppedOnceItIsSettled() {
      teach(a);
      Item item = write(a, conversation, 1, TURN);
      Item unsynced = write(a, conversation, 2, TURN);
      a.settle(List.of(new Write(conversation, item)));
      plain.commands().del(SHELF);
      try (RedisL2 c = node(9, new FakeDictionaries(() -> {}))) {
        assertThatThrownBy(() -> items(c)).isInstanceOf(CorruptException.class);
        assertThat(c.corruptCount()).isEqualTo(2);
      }
      assertThat(plain.commands().hexists(hash(conversation), item.key())).isFalse();
      assertThat(items(a)).containsExactly(unsynced);
    }

    /** What is not what its name says is not believed: another scope's, say. */
    @Test
    void somethingElseInItsPlaceIsIgnored() {
      teach(a);
      Item item = write(a, conversation, 1, TURN);
      byte[] content = l3.find("plain", l3.ids("plain").get(0)).orElseThrow().content();
      String foreign = new Dictionary("tenant", content).name();
      plain.commands().hset(SHELF, learning(a).dictionary(), "something else");
      plain.commands().hset(SHELF, foreign, "x");
      assertThat(items(b)).containsExactly(item);
    }

    @Test
    void l3GetsTheOneInUseAgainIfItWasSetBack() {
      teach(a);
      FakeDictionaries empty = new FakeDictionaries(() -> {});
      a.keepDictionariesIn(empty);
      a.learn();
      assertThat(empty.ids("plain")).hasSize(1);
      assertThat(learning(a).dictionary()).isEqualTo(Dictionary.name(empty.ids("plain").get(0)));
    }
  }

  @Nested
  class Learning {
    @Test
    void waitsForL3AndThenGoesOn() {
      talk(a, 60, 1);
      isL3Out = true;
      assertThatThrownBy(a::learn).isInstanceOf(UnavailableException.class);
      assertThat(learning(a).dictionary()).isEmpty();
      assertThat(codec(write(a, conversation, 1, TURN))).isNotEqualTo(CODEC);
      isL3Out = false;
      a.learn();
      assertThat(learning(a).dictionary()).isNotEmpty();
    }

    @Test
    void waitsUntilThereIsEnoughToLearnFrom() {
      talk(a, 10, 1);
      a.learn();
      assertThat(learning(a).trained()).isZero();
      assertThat(learning(a).sampleBytes()).isPositive();
    }

    /** I12. */
    @Test
    void forgetsWhatWasErased() {
      write(a, conversation, 1, TURN);
      a.erase(conversation, new Stamp(stamp(2).bits()));
      assertThat(learning(a).sampleBytes()).isZero();
    }

    @Test
    void canBeSwitchedOffAndValuesAreReadAllTheSame() {
      teach(a);
      Item item = write(a, conversation, 1, TURN);
      RedisSettings on = RedisFixture.settings(url);
      RedisSettings off = new RedisSettings(url, on.login(), on.timeout(), on.ttl(),
          new RedisSettings.Compressing(1_024, false), on.valueBytesMax(), on.bounds());
      try (RedisL2 c = RedisL2.open(off, Time.SYSTEM, () -> 9)) {
        c.keepDictionariesIn(l3);
        c.probe(true);
        c.learn();
        assertThat(items(c)).containsExactly(item);
        Item own = write(c, conversation, 2, TURN);
        assertThat(codec(own)).isNotEqualTo(CODEC);
        assertThat(learning(c).sampleBytes()).isZero();
      }
    }
  }
}
