package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.store.Condition;
import dev.nivel.store.Contents;
import dev.nivel.store.Field;
import dev.nivel.store.L2;
import dev.nivel.store.Lookup;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import dev.nivel.store.WriteReply;
import io.lettuce.core.RedisCommandTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.redis.PlainRedis.hash;
import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** L2 while Redis is out, and after it came back. */
class RedisOutageIT {
  private static final Duration PATIENT = Duration.ofMinutes(2);
  private static final Duration IMPATIENT = Duration.ofMillis(300);
  private static final Duration AT_ONCE = RedisFixture.WAIT_MAX;
  private static final Duration NO_AGE = Duration.ofSeconds(-1);

  private final String conversation = "call ñ " + UUID.randomUUID();
  private final RecordingListener listener = new RecordingListener();
  private Servers servers;
  private EmbeddedRedis redis;
  private RedisL2 l2;

  @BeforeEach
  void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    // Only processes die here, and what the kernel has outlives them: no fsync is to delay a write.
    redis = servers.redis(
        dev.nivel.embedded.RedisSettings.defaults().withLines("appendfsync no"));
    l2 = open(PATIENT);
    l2.listen(listener);
    l2.probe(true);
  }

  @AfterEach
  void end() {
    l2.close();
    servers.close();
  }

  private RedisL2 open(Duration timeout) {
    return RedisFixture.open(redis.url(), timeout, RedisFixture.NODE);
  }

  private WriteReply write(Field... fields) {
    return l2.write(conversation, List.of(fields), Condition.NONE);
  }

  private boolean fill(Contents before, Field... fields) {
    return l2.fill(conversation, before.with(List.of(fields)),
        l2.beginFill(conversation).orElseThrow());
  }

  /** As the housekeeper does it: a trial fails until Redis and the connection are back. */
  private static void reconnect(RedisL2 l2) {
    await().atMost(AT_ONCE).ignoreExceptionsInstanceOf(UnavailableException.class).until(() -> {
      l2.probe(false);
      return true;
    });
  }

  private void restart() {
    redis.kill();
    redis.restart();
    reconnect(l2);
  }

  private static UnavailableException failureOf(ThrowingCallable call) {
    return catchThrowableOfType(UnavailableException.class, call);
  }

  @Nested
  class WhenRedisIsKilled {
    private List<ThrowingCallable> operations() {
      Field[] fields = {entry("x", 1, "1")};
      return List.of(
          () -> l2.entry(conversation, "x"),
          () -> l2.conversation(conversation),
          () -> l2.write(conversation, List.of(fields), Condition.NONE),
          () -> l2.beginFill(conversation),
          () -> l2.fill(conversation, Contents.EMPTY, "token"),
          () -> l2.settle(writes(conversation, fields)),
          () -> l2.heal(writes(conversation, fields), true),
          () -> l2.erase(conversation, stamp(1)),
          () -> l2.unsynced(NO_AGE, 10),
          () -> l2.unsynced(conversation),
          () -> l2.probe(false),
          () -> l2.probe(true));
    }

    @Test
    void everyCallFailsAtOnceAndNotAfterItsTimeout() {
      redis.kill();
      for (ThrowingCallable operation : operations()) {
        long start = System.nanoTime();
        assertThatThrownBy(operation).isInstanceOf(UnavailableException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
      }
    }

    @Test
    void aCallThatIsUnderWayFailsAtOnce() {
      redis.freeze();
      FutureTask<Lookup> call = new FutureTask<>(() -> l2.entry(conversation, "x"));
      Thread caller = new Thread(call, "caller");
      caller.start();
      await().atMost(AT_ONCE).until(() -> caller.getState() == Thread.State.WAITING);
      redis.kill();
      await().atMost(AT_ONCE).until(call::isDone);
      assertThatThrownBy(call::get).hasCauseInstanceOf(UnavailableException.class);
    }

    @Test
    void theListenerIsToldThatTheConnectionBroke() {
      redis.kill();
      await().atMost(AT_ONCE)
          .untilAsserted(() -> assertThat(listener.disconnections()).isEqualTo(1));
    }

    @Test
    void aCallFailsUntilAProbeConnectsAnew() {
      write(entry("x", 1, "1"));
      redis.kill();
      redis.restart();
      await().atMost(AT_ONCE)
          .untilAsserted(() -> assertThat(listener.disconnections()).isEqualTo(1));
      assertThat(failureOf(() -> l2.entry(conversation, "x")).outcome())
          .isEqualTo(Outcome.NOT_APPLIED);
      l2.probe(false);
      assertThat(l2.entry(conversation, "x").entry()).isEqualTo(entry("x", 1, "1"));
      assertThat(write(entry("x", 2, "2"))).isEqualTo(WriteReply.accepted(true));
    }

    @Test
    void changesAreHeardAgainAfterTheProbeAndTheListenerKnowsThatItMissedSome() {
      int before = listener.missed();
      restart();
      assertThat(listener.missed()).isGreaterThan(before);
      write(entry("x", 1, "1"));
      await().atMost(AT_ONCE).untilAsserted(() -> assertThat(listener.changes()).hasSize(1));
    }
  }

  @Nested
  class WhenRedisIsFrozen {
    private RedisL2 impatient;
    private PlainRedis plain;

    @BeforeEach
    void open() {
      write(entry("x", 1, "before"), entry("y", 1, "before"));
      impatient = RedisOutageIT.this.open(IMPATIENT);
      reconnect(impatient);
      plain = PlainRedis.at(redis.url());
    }

    @AfterEach
    void close() {
      plain.close();
      impatient.close();
    }

    @Test
    void aCallFailsAfterItsTimeoutWithAnUnknownOutcome() {
      redis.freeze();
      long start = System.nanoTime();
      UnavailableException failure = failureOf(() -> impatient.entry(conversation, "x"));
      Duration taken = Duration.ofNanos(System.nanoTime() - start);
      assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(failure).hasMessageContaining("300 ms");
      assertThat(taken).isBetween(IMPATIENT, AT_ONCE);
    }

    @Test
    void aWriteThatFailedTakesNoEffectAfterTheThaw() {
      long scripts = plain.calls("evalsha");
      redis.freeze();
      UnavailableException failure = failureOf(() -> impatient.write(conversation,
          List.of(entry("x", 2, "late")), Condition.NONE));
      assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
      redis.thaw();
      reconnect(impatient); // over the same connection, so that the write was executed before
      assertThat(plain.calls("evalsha")).isEqualTo(scripts + 1);
      assertThat(l2.entry(conversation, "x").entry()).isEqualTo(entry("x", 1, "before"));
      assertThat(plain.envelope(conversation, "e:x")).contains("before");
    }

    @Test
    void nothingElseThatFailedTakesEffectAfterTheThaw() {
      lateOperations(l2, "warm-up", "no token").forEach(Runnable::run);
      long scripts = plain.calls("evalsha");
      String token = l2.beginFill(conversation).orElseThrow();
      redis.freeze();
      List<Runnable> late = lateOperations(impatient, conversation, token);
      late.forEach(call -> assertThat(failureOf(call::run).outcome()).isEqualTo(Outcome.UNKNOWN));
      redis.thaw();
      reconnect(impatient);
      assertThat(plain.calls("evalsha")).isEqualTo(scripts + late.size());
      assertThat(plain.indexed(conversation)).containsExactlyInAnyOrder("e:x", "e:y");
      Contents held = l2.conversation(conversation);
      assertThat(held.entries())
          .isEqualTo(Map.of("x", entry("x", 1, "before"), "y", entry("y", 1, "before")));
      assertThat(held.isComplete()).isFalse();
    }

    private static List<Runnable> lateOperations(RedisL2 by, String id, String token) {
      return List.of(
          () -> by.fill(id, Contents.EMPTY, token),
          () -> by.settle(writes(id, entry("x", 1, "before"))),
          () -> by.heal(writes(id, entry("y", 2, "late")), true),
          () -> by.erase(id, stamp(5)));
    }

    /** Why the scripts refuse callers that have given up. */
    @Test
    void aPlainSetThatFailedDoesTakeEffectAfterTheThaw() {
      plain.waitingAtMost(IMPATIENT);
      redis.freeze();
      assertThatThrownBy(() -> plain.commands().set("late", "yes"))
          .isInstanceOf(RedisCommandTimeoutException.class);
      redis.thaw();
      plain.waitingAtMost(PATIENT);
      assertThat(plain.commands().ping()).isEqualTo("PONG");
      assertThat(plain.commands().get("late")).isEqualTo("yes");
    }
  }

  @Nested
  class WhenRedisRestartedWithWhatItHeld {
    private int generationsBefore;

    @BeforeEach
    void restartIt() {
      fill(Contents.EMPTY, entry("a", 1, "a"), entry("b", 2, "b"), item(3, "i"));
      write(entry("x", 5, "unsynced"));
      write(item(6, "unsynced"));
      assertThat(l2.entry(conversation, "none")).isEqualTo(new Lookup(null, true));
      generationsBefore = listener.generations();
      restart();
    }

    @Test
    void theListenerIsToldThatAGenerationStarted() {
      assertThat(listener.generations()).isGreaterThan(generationsBefore);
    }

    @Test
    void whatItHoldsIsNotBelievedUntilItIsFilled() {
      assertThat(l2.entry(conversation, "a")).isEqualTo(new Lookup(entry("a", 1, "a"), false));
      assertThat(l2.entry(conversation, "x").isAuthoritative()).isFalse();
      assertThat(l2.entry(conversation, "none")).isEqualTo(Lookup.UNKNOWN);
      assertThat(l2.conversation(conversation).isComplete()).isFalse();
      assertThat(fill(Contents.EMPTY, entry("a", 1, "a"))).isTrue();
      assertThat(l2.entry(conversation, "a")).isEqualTo(new Lookup(entry("a", 1, "a"), true));
      assertThat(l2.entry(conversation, "none")).isEqualTo(new Lookup(null, true));
      assertThat(l2.conversation(conversation).isComplete()).isTrue();
    }

    @Test
    void aConditionIsNotJudgedBeforeItIsFilled() {
      List<Field> next = List.of(entry("a", 9, "next"));
      assertThat(l2.write(conversation, next, Condition.at(stamp(1))))
          .isEqualTo(WriteReply.unknown());
      fill(Contents.EMPTY, entry("a", 1, "a"));
      assertThat(l2.write(conversation, next, Condition.at(stamp(1))))
          .isEqualTo(WriteReply.accepted(true));
    }

    @Test
    void unsyncedFieldsAreStillListed() {
      assertThat(l2.unsynced(conversation))
          .containsExactlyInAnyOrder(entry("x", 5, "unsynced"), item(6, "unsynced"));
      assertThat(l2.unsynced(NO_AGE, 10)).containsOnlyKeys(conversation);
    }

    @Test
    void fillingRemovesWhatTheDatabaseDoesNotConfirmAndKeepsWhatIsUnsynced() {
      fill(Contents.EMPTY, entry("a", 1, "a"));
      Contents held = l2.conversation(conversation);
      assertThat(held.entries())
          .isEqualTo(Map.of("a", entry("a", 1, "a"), "x", entry("x", 5, "unsynced")));
      assertThat(held.items()).containsExactly(item(6, "unsynced"));
      assertThat(l2.unsynced(conversation)).hasSize(2);
    }

    @Test
    void fillingWithASingleEntryIsInVain() {
      assertThat(fill(Contents.UNKNOWN, entry("a", 1, "a"))).isFalse();
      assertThat(l2.entry(conversation, "a").isAuthoritative()).isFalse();
    }

    @Test
    void aWriteDoesNotMakeTheRestOfTheConversationBelieved() {
      assertThat(write(entry("c", 9, "c")).outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
      assertThat(l2.entry(conversation, "a").isAuthoritative()).isFalse();
      assertThat(l2.conversation(conversation).isComplete()).isFalse();
    }
  }

  @Nested
  class WhenRedisComesBackEmpty {
    @Test
    void aGenerationStartsAndNothingIsKnown() {
      fill(Contents.EMPTY, entry("a", 1, "a"));
      int before = listener.generations();
      redis.kill();
      redis.deleteFiles();
      redis.restart();
      reconnect(l2);
      assertThat(listener.generations()).isGreaterThan(before);
      assertNothingIsKnown();
    }
  }

  @Nested
  class WhenRedisIsFlushed {
    private int generationsBefore;

    @BeforeEach
    void flush() {
      fill(Contents.EMPTY, entry("a", 1, "a"));
      generationsBefore = listener.generations();
      try (PlainRedis plain = PlainRedis.at(redis.url())) {
        plain.commands().flushall();
      }
    }

    @Test
    void nothingIsKnown() {
      assertNothingIsKnown();
    }

    @Test
    void theNextWriteSucceedsAndStartsAGeneration() {
      assertThat(write(entry("a", 2, "2"))).isEqualTo(WriteReply.accepted(false));
      assertThat(listener.generations()).isGreaterThan(generationsBefore);
      assertThat(l2.entry(conversation, "a")).isEqualTo(new Lookup(entry("a", 2, "2"), true));
    }

    @Test
    void theNextProbeStartsAGeneration() {
      l2.probe(false);
      int after = listener.generations();
      assertThat(after).isGreaterThan(generationsBefore);
      l2.probe(false);
      assertThat(listener.generations()).isEqualTo(after);
    }

    @Test
    void everyNodeLearnsOfTheGenerationThatOneOfThemStarted() {
      RecordingListener heard = new RecordingListener();
      try (L2 other = RedisFixture.connect(redis.url(), 8, heard);
          PlainRedis plain = PlainRedis.at(redis.url())) {
        plain.commands().flushall();
        int before = heard.generations();
        write(entry("a", 2, "2"));
        assertThat(other.write(conversation, List.of(entry("a", 3, "3")), Condition.NONE))
            .isEqualTo(WriteReply.accepted(true));
        assertThat(heard.generations()).isGreaterThan(before);
        assertThat(l2.entry(conversation, "a")).isEqualTo(new Lookup(entry("a", 3, "3"), true));
        assertThat(plain.commands().hlen(hash(conversation))).isEqualTo(2);
      }
    }
  }

  private void assertNothingIsKnown() {
    assertThat(l2.entry(conversation, "a")).isEqualTo(Lookup.UNKNOWN);
    assertThat(l2.entry(conversation, "none")).isEqualTo(Lookup.UNKNOWN);
    assertThat(l2.conversation(conversation)).isEqualTo(Contents.UNKNOWN);
    assertThat(l2.unsynced(conversation)).isEmpty();
  }
}
