package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.store.Condition;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Contents;
import dev.nivel.store.CorruptException;
import dev.nivel.store.Field;
import dev.nivel.store.Lookup;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.WriteReply.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.redis.PlainRedis.hash;
import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Somebody writes to Nivel's keys, or takes rights away: no conversation becomes unusable by it.
 */
class RedisDamageIT {
  private static EmbeddedRedis redis;
  private static Servers servers;
  private static RedisL2 l2;
  private static PlainRedis plain;

  private final String conversation = "call " + UUID.randomUUID();

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    redis = servers.redis();
    l2 = RedisFixture.connect(redis.url());
    plain = PlainRedis.at(redis.url());
  }

  @AfterAll
  static void end() {
    plain.close();
    l2.close();
    servers.close();
  }

  private void fill(Field... fields) {
    fill(Contents.EMPTY.with(List.of(fields)));
  }

  private void fill(Contents contents) {
    String token = l2.beginFill(conversation).orElseThrow();
    assertThat(l2.fill(conversation, contents, token)).isTrue();
  }

  private void assertAccepted(Field... fields) {
    assertThat(l2.write(conversation, List.of(fields), Condition.NONE).outcome())
        .isEqualTo(Outcome.ACCEPTED);
  }

  private void plant(String key, String bytes) {
    plain.commands().hset(hash(conversation), key, bytes);
  }

  @Nested
  class Values {
    @Test
    void thatAreNoEnvelopesAreReplacedByAWrite() {
      fill(entry("x", 1, "1"));
      plant("e:x", "x".repeat(30));
      assertAccepted(entry("x", 2, "2"));
      assertThat(l2.entry(conversation, "x").entry()).isEqualTo(entry("x", 2, "2"));
    }

    @Test
    void thatAreNoEnvelopesAreErasedWithTheRest() {
      fill(entry("x", 1, "1"));
      plant("e:x", "x".repeat(30));
      l2.erase(conversation, stamp(5));
      assertThat(plain.commands().hkeys(hash(conversation))).containsExactly("h");
    }

    @Test
    void thatWerePlantedOrGrewDoNotUpsetTheCountOfItems() {
      fill(item(2, "b"));
      plant("i:" + stamp(1), "planted");
      plant("i:" + stamp(2), "grown".repeat(100));
      assertThatThrownBy(() -> l2.conversation(conversation)).isInstanceOf(CorruptException.class);
      assertThat(l2.conversation(conversation).isComplete()).isFalse();
      assertAccepted(entry("x", 3, "3"));
      assertAccepted(item(4, "d"));
      assertThat(l2.conversation(conversation).items()).containsExactly(item(4, "d"));
    }
  }

  @Nested
  class AHead {
    @Test
    void thatIsDamagedMakesItsConversationUnknownUntilItIsFilledAnew() {
      fill(entry("x", 1, "1"), item(2, "b"));
      assertAccepted(entry("y", 3, "3"));
      for (String rubbish : List.of("rubbish", "1 a b c d e f g", "")) {
        plant("h", rubbish);
        assertThat(l2.entry(conversation, "x")).isEqualTo(new Lookup(entry("x", 1, "1"), false));
        assertThat(l2.conversation(conversation).isComplete()).isFalse();
      }
      assertAccepted(entry("y", 4, "4"));
      assertThat(l2.unsynced(conversation)).containsExactly(entry("y", 4, "4"));
      assertThat(plain.commands().pttl(hash(conversation))).isEqualTo(-1);
      fill(entry("x", 1, "1"), item(2, "b"));
      assertThat(l2.entry(conversation, "x").isAuthoritative()).isTrue();
      assertThat(plain.commands().pttl(hash(conversation))).isEqualTo(-1);
    }
  }

  @Nested
  class TheIndex {
    @Test
    void thatNamesAFieldWithoutAValueIsMendedAndNothingElseChanges() {
      fill(item(1, "a"), item(2, "b"), item(3, "c"));
      String member = RedisKeys.encode(conversation) + " e:gone";
      plain.commands().zadd(PlainRedis.index(conversation), 1, member);
      l2.unsynced(Duration.ofSeconds(-1), 1_000);
      assertThat(l2.conversation(conversation).items()).hasSize(3);
      assertThat(plain.indexed(conversation)).isEmpty();
    }

    @Test
    void thatHoldsWhatIsNotNivelsIsReadAllTheSame() {
      assertAccepted(entry("x", 1, "1"));
      plain.commands().zadd("nivel:{3}:dirty", 1, "nospace");
      plain.commands().zadd("nivel:{3}:dirty", 1, "%zz e:x");
      assertThat(l2.unsynced(Duration.ofSeconds(-1), 1_000)).containsKey(conversation);
      plain.commands().del("nivel:{3}:dirty");
    }

    @Test
    void isReadFromTheOldestOnWhateverTheirBuckets() {
      for (int i = 0; i < 40; i++) {
        String id = conversation + i;
        l2.write(id, List.of(entry("x", 1, "1")), Condition.NONE);
        plain.commands().zadd(PlainRedis.index(id), 1_000 + i, RedisKeys.encode(id) + " e:x");
      }
      assertThat(l2.unsynced(Duration.ofSeconds(-1), 3).keySet())
          .containsExactlyInAnyOrder(conversation + 0, conversation + 1, conversation + 2);
    }
  }

  @Test
  void anUnsyncedFieldThatL3HasErasedDoesNotSurviveAFilling() { // I5
    assertAccepted(entry("x", 1, "1"));
    fill(new Contents(Map.of(), List.of(), true, Stamp.NONE, stamp(5)));
    assertThat(l2.entry(conversation, "x")).isEqualTo(new Lookup(null, true));
    assertThat(plain.indexed(conversation)).isEmpty();
  }

  @Nested
  class AUserWithTooFewRights {
    @Test
    void isToldSoByAScriptThatLeavesNothingBehind() {
      plain.acl("few on >s ~* &* +@all -hset");
      try (RedisL2 few = RedisL2.open(RedisFixture.settings(redis.url(), "few", "s"),
          Time.SYSTEM, () -> 3)) {
        few.probe(true);
        assertThatThrownBy(
            () -> few.write(conversation, List.of(entry("x", 1, "1")), Condition.NONE))
            .isInstanceOf(ConfigurationException.class)
            .hasMessageContaining("right");
      }
      assertThat(plain.indexed(conversation)).isEmpty();
    }

    @Test
    void leavesNoConnectionBehindWhenItMayNotSubscribe() {
      plain.acl("deaf on >s ~* resetchannels +@all");
      try (RedisL2 deaf = RedisL2.open(RedisFixture.settings(redis.url(), "deaf", "s"),
          Time.SYSTEM, () -> 3)) {
        for (int i = 0; i < 5; i++) {
          assertThatThrownBy(() -> deaf.probe(false)).isInstanceOf(ConfigurationException.class);
        }
        Awaitility.await()
            .untilAsserted(() -> assertThat(
                plain.commands().clientList().lines().filter(line -> line.contains("user=deaf")))
                .hasSize(1));
      }
    }
  }
}
