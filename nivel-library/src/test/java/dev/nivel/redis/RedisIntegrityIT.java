package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.store.Condition;
import dev.nivel.store.Contents;
import dev.nivel.store.CorruptException;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.Lookup;
import dev.nivel.store.Value;
import dev.nivel.store.WriteReply;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.redis.PlainRedis.hash;
import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.key;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.texts;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Bytes in Redis that are not what was stored there are counted and never returned (I6, I7). */
class RedisIntegrityIT {
  private static Servers servers;
  private static RedisL2 l2;
  private static PlainRedis plain;

  private final String conversation = "call/1 ñ " + UUID.randomUUID();
  private long corruptBefore;

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    String url = servers.redis().url();
    l2 = RedisFixture.connect(url);
    plain = PlainRedis.at(url);
  }

  @AfterAll
  static void end() {
    plain.close();
    l2.close();
    servers.close();
  }

  @BeforeEach
  void count() {
    corruptBefore = l2.corruptCount();
  }

  private static void write(String id, Field... fields) {
    l2.write(id, List.of(fields), Condition.NONE);
  }

  private static void fill(String id, Field... fields) {
    Contents contents = Contents.EMPTY.with(List.of(fields));
    assertThat(l2.fill(id, contents, l2.beginFill(id).orElseThrow())).isTrue();
  }

  private void plant(String key, String bytes) {
    plain.commands().hset(hash(conversation), key, bytes);
  }

  /** Changes the last byte of a value. */
  private void tamper(String key) {
    String bytes = plain.envelope(conversation, key);
    int last = bytes.length() - 1;
    plant(key, bytes.substring(0, last) + (char) (bytes.charAt(last) ^ 1));
  }

  private boolean isHeld(String key) {
    return plain.commands().hexists(hash(conversation), key);
  }

  private static void assertDamaged(ThrowableAssert.ThrowingCallable read) {
    assertThatThrownBy(read).isInstanceOf(CorruptException.class);
  }

  private long corrupt() {
    return l2.corruptCount() - corruptBefore;
  }

  @Nested
  class ATamperedValueThatIsSettled {
    @Test
    void isNotReturnedButCountedAndDropped() {
      fill(conversation, entry("x", 1, "1"), entry("y", 2, "2"));
      tamper("e:x");
      assertDamaged(() -> l2.entry(conversation, "x"));
      assertThat(corrupt()).isEqualTo(1);
      assertThat(isHeld("e:x")).isFalse();
    }

    @Test
    void makesItsConversationIncompleteUntilItIsFilledAgain() {
      fill(conversation, entry("x", 1, "1"), item(2, "a"), item(3, "b"));
      tamper("i:" + stamp(2));
      assertDamaged(() -> l2.conversation(conversation));
      Contents held = l2.conversation(conversation);
      assertThat(texts(held.items())).containsExactly("b");
      assertThat(held.isComplete()).isFalse();
      fill(conversation, entry("x", 1, "1"), item(2, "a"), item(3, "b"));
      assertThat(texts(l2.conversation(conversation).items())).containsExactly("a", "b");
      assertThat(corrupt()).isEqualTo(1);
    }

    @Test
    void withdrawsTheRightToFillWhenItIsDropped() {
      fill(conversation, entry("x", 1, "1"));
      tamper("e:x");
      String token = l2.beginFill(conversation).orElseThrow();
      assertDamaged(() -> l2.entry(conversation, "x"));
      assertThat(l2.fill(conversation, Contents.EMPTY, token)).isFalse();
    }

    @Test
    void isNoticedWhenItWasCompressed() {
      Entry large = Entry.of("x", stamp(1), Value.json("\"" + "hola ".repeat(1_000) + "\""));
      fill(conversation, large);
      tamper("e:x");
      assertDamaged(() -> l2.entry(conversation, "x"));
      assertThat(corrupt()).isEqualTo(1);
    }
  }

  @Nested
  class ATamperedIdempotencyKey {
    @Test
    void isDroppedAndMustBeFilledAgainBeforeItIsJudged() {
      IdempotencyKey first = key(1, item(1, "a"));
      fill(conversation, first, item(1, "a"));
      tamper(first.key());
      List<Field> again = List.of(key(1, item(2, "a")), item(2, "a"));
      assertThat(l2.write(conversation, again, Condition.NONE)).isEqualTo(WriteReply.unknown());
      assertThat(isHeld(first.key())).isFalse();
      assertThat(l2.write(conversation, again, Condition.NONE)).isEqualTo(WriteReply.unknown());
      fill(conversation, first, item(1, "a"));
      assertThat(l2.write(conversation, again, Condition.NONE))
          .isEqualTo(WriteReply.repeated(first));
      assertThat(corrupt()).isEqualTo(1);
    }
  }

  @Nested
  class ATamperedValueThatIsUnsynced {
    @Test
    void isNotReturnedButKept() {
      write(conversation, entry("x", 1, "1"));
      tamper("e:x");
      assertDamaged(() -> l2.entry(conversation, "x"));
      assertThat(l2.unsynced(conversation)).isEmpty();
      assertThat(corrupt()).isEqualTo(2);
      assertThat(isHeld("e:x")).isTrue();
      assertThat(plain.indexed(conversation)).containsExactly("e:x");
    }

    @Test
    void isReplacedByTheNextWrite() {
      write(conversation, entry("x", 1, "1"));
      tamper("e:x");
      write(conversation, entry("x", 2, "2"));
      assertThat(l2.entry(conversation, "x")).isEqualTo(new Lookup(entry("x", 2, "2"), true));
    }
  }

  @Nested
  class BytesOfAnotherPlace {
    @Test
    void areNotReturnedForAConversationTheyWereNotWrittenFor() {
      String other = "call/2 ñ " + UUID.randomUUID();
      write(other, entry("x", 1, "of the other"));
      fill(conversation, entry("y", 1, "1"));
      plant("e:x", plain.envelope(other, "e:x"));
      assertDamaged(() -> l2.entry(conversation, "x"));
      assertThat(l2.conversation(conversation).entries()).containsOnlyKeys("y");
      assertThat(corrupt()).isEqualTo(1);
      assertThat(l2.entry(other, "x").entry()).isEqualTo(entry("x", 1, "of the other"));
    }

    @Test
    void areNotReturnedUnderAnotherName() {
      fill(conversation, entry("x", 1, "of x"), entry("y", 1, "of y"));
      plant("e:y", plain.envelope(conversation, "e:x"));
      assertDamaged(() -> l2.conversation(conversation));
      assertThat(l2.conversation(conversation).entries()).containsOnlyKeys("x");
      assertThat(corrupt()).isEqualTo(1);
    }
  }

  @Nested
  class Rubbish {
    @Test
    void isDroppedHoweverShortItIs() {
      fill(conversation, entry("x", 1, "1"));
      for (String rubbish : List.of("", "?", "x".repeat(17), "x".repeat(18), "x".repeat(5_000))) {
        plant("e:x", rubbish);
        assertDamaged(() -> l2.entry(conversation, "x"));
        assertThat(isHeld("e:x")).as("after %d bytes", rubbish.length()).isFalse();
      }
      write(conversation, entry("x", 1, "1"));
      l2.settle(writes(conversation, entry("x", 1, "1")));
      assertThat(l2.entry(conversation, "x").entry()).isEqualTo(entry("x", 1, "1"));
    }
  }
}
