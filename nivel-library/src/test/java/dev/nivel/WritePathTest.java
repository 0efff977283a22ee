package dev.nivel;

import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.RejectedException;
import dev.nivel.store.RejectedException.Reason;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import dev.nivel.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static dev.nivel.EngineFixture.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WritePathTest {
  private EngineFixture nivel;

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory, "NIVEL_OUTBOX_BYTES", "1048576");
  }

  @Test
  void anAcknowledgedWriteIsInRedisAndInL1AndWaitsForL3() {
    Receipt receipt = nivel.call.put("slots", json("1"));
    assertThat(receipt.durability()).containsExactly(Durability.REDIS, Durability.JOURNAL);
    assertThat(receipt.isCreated()).isTrue();
    assertThat(nivel.l2.entry(ID, "slots").entry())
        .isEqualTo(Entry.of("slots", receipt.stamp(), json("1")));
    assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L1);
    assertThat(nivel.l3.entry(ID, "slots")).isEmpty();
    assertThat(nivel.ledger().pending()).isEqualTo(1);
  }

  @Test
  void aSecondWriteOfTheSameEntryReplacesItAtEveryLevel() {
    Receipt first = nivel.call.put("slots", json("1"));
    Receipt second = nivel.call.put("slots", json("2"));
    assertThat(second.isCreated()).isFalse();
    assertThat(second.stamp().isNewerThan(first.stamp())).isTrue();
    assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("2"));
    assertThat(nivel.ledger().pending()).isEqualTo(1);
    assertThat(nivel.ledger().coalesced()).isEqualTo(1);
  }

  @Test
  void aWriteThatRedisRefusesIsStampedAnew() { // I2
    Stamp ahead = Stamp.at(nivel.time.millis() + 5_000, 9);
    nivel.l2.write(ID, List.of(Entry.of("slots", ahead, json("1"))), Condition.NONE);
    Receipt receipt = nivel.call.put("slots", json("2"));
    assertThat(receipt.stamp().isNewerThan(ahead)).isTrue();
    assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("2"));
  }

  @Test
  void aDeletedEntryIsGoneAtEveryLevel() { // I5
    nivel.call.put("slots", json("1"));
    nivel.engine.sync().runForced();
    nivel.call.delete("slots");
    assertThat(nivel.call.get("slots")).isEmpty();
    nivel.engine.sync().runForced();
    nivel.l2.loseEverything();
    nivel.engine.levels().l1().expire();
    assertThat(nivel.call.get("slots")).isEmpty();
    assertThat(nivel.call.delete("slots").isCreated()).isTrue();
  }

  @Test
  void reservesAsMuchOfTheOutboxAsItTakes() { // I8
    Draft entry = Draft.put(ID, "slots", json("1"), WriteOptions.DEFAULT);
    Draft items = Draft.append(ID, turns(3), WriteOptions.DEFAULT.idempotent("key"));
    for (Draft draft : List.of(entry, items)) {
      long before = nivel.ledger().bytes();
      nivel.engine.writes().write(draft);
      assertThat(nivel.ledger().bytes() - before).isEqualTo(draft.bytes());
    }
  }

  @Test
  void aDurableWriteIsInL3WhenItIsAcknowledged() {
    Receipt receipt = nivel.call.put("slots", json("1"), WriteOptions.DEFAULT.durable());
    assertThat(receipt.durability())
        .containsExactly(Durability.REDIS, Durability.JOURNAL, Durability.SUPABASE);
    assertThat(nivel.l3.entry(ID, "slots")).isPresent();
    assertThat(nivel.l2.unsynced(ID)).isEmpty();
  }

  @Test
  void aDurableWriteThatL3DoesNotTakeIsOfUnknownOutcome() {
    nivel.l3.isOut = true;
    assertThatThrownBy(() -> nivel.call.put("slots", json("1"), WriteOptions.DEFAULT.durable()))
        .asInstanceOf(InstanceOfAssertFactories.type(UnavailableException.class))
        .extracting(UnavailableException::outcome)
        .isEqualTo(Outcome.UNKNOWN);
    nivel.l3.isOut = false;
    nivel.engine.sync().runForced();
    assertThat(nivel.l3.entry(ID, "slots")).isPresent();
  }

  @Test
  void aDurableWriteThatL3RefusesForGoodIsNotSaidToBeThere() {
    nivel.l3.isPoison = write -> true;
    assertThatThrownBy(() -> nivel.call.put("slots", json("1"), WriteOptions.DEFAULT.durable()))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("quarantine");
  }

  @Nested
  class WhenRedisFails {
    @Test
    void aWriteGoesToL3WithoutAnError() {
      nivel.l2.isOut = true;
      Receipt receipt = nivel.call.put("slots", json("1"));
      assertThat(receipt.durability()).containsExactly(Durability.SUPABASE);
      assertThat(nivel.l3.entry(ID, "slots")).isPresent();
      nivel.l2.isOut = false;
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("1"));
    }

    @Test
    void anAppendOfUnknownOutcomeAppearsOnce() { // I7
      nivel.call.last(1);
      nivel.l2.losesReplies = true;
      Receipt receipt = nivel.call.append(turns(2));
      nivel.l2.losesReplies = false;
      assertThat(nivel.call.last(10).items()).extracting(item -> item.stamp())
          .containsExactlyElementsOf(receipt.stamps());
      nivel.engine.recovery().tendRedis();
      nivel.engine.sync().runForced();
      nivel.engine.levels().l1().expire();
      assertThat(nivel.call.last(10).items()).hasSize(2);
      assertThat(nivel.inL3()).hasSize(2);
    }

    @Test
    void anAppendThatL3MayHaveIsNotStampedAnewWhenRedisRefusesIt() { // I7
      Stamp ofAnother = Stamp.at(nivel.time.millis() + 50, 5);
      nivel.l2.failOnce = true;
      nivel.l3.losesReplyOnce = true;
      nivel.l3.beforeCommit = () -> nivel.l2.write(ID, List.of(new Item(ofAnother, json("{}"))),
          Condition.NONE);
      assertThatThrownBy(() -> nivel.call.append(turns(2)))
          .asInstanceOf(InstanceOfAssertFactories.type(UnavailableException.class))
          .extracting(UnavailableException::outcome)
          .isEqualTo(Outcome.UNKNOWN);
      assertThat(nivel.inL3()).hasSize(2);
    }

    @Test
    void whatL1HeldBeforeIsNotReturnedAfterIt() {
      nivel.call.put("slots", json("1"));
      nivel.call.last(1);
      nivel.l2.isOut = true;
      nivel.call.put("slots", json("2"));
      nivel.call.append(json("{}"));
      nivel.l2.isOut = false;
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("2"));
      assertThat(nivel.call.last(5).items()).hasSize(1);
    }
  }

  @Nested
  class WhenRedisFailsOnceWhileSupabaseIsOut {
    @Test
    void aWriteThatRedisMayHaveIsNotSaidToBeWithoutEffect() {
      nivel.call.put("slots", json("0"));
      nivel.l3.isOut = true;
      nivel.l2.failOnce = true;
      nivel.l2.losesReplyOnce = true;
      assertThatThrownBy(() -> nivel.call.put("slots", json("1")))
          .asInstanceOf(InstanceOfAssertFactories.type(UnavailableException.class))
          .extracting(UnavailableException::outcome)
          .isEqualTo(UnavailableException.Outcome.UNKNOWN);
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("1"));
    }

    @Test
    void aLateEffectOfAnUnansweredWriteReachesL1() { // I4
      nivel.call.put("slots", json("0"));
      Entry before = nivel.call.get("slots").orElseThrow();
      nivel.l3.isOut = true;
      nivel.l2.losesReplies = true;
      assertThatThrownBy(() -> nivel.call.put("slots", json("1")))
          .isInstanceOf(UnavailableException.class);
      nivel.l2.losesReplies = false;
      Field late = Objects.requireNonNull(nivel.l2.entry(ID, "slots").entry());
      nivel.engine.levels()
          .l1()
          .installEntry(ID, "slots", before,
              nivel.engine.levels().l1().ticket(ID)); // as read before Redis carried it out
      nivel.l2.tellChange(nivel.engine.membership().number(), ID, late);
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("1"));
    }

    @Test
    void aWriteIsRepeatedUnderTheSameStamp() { // I7
      nivel.call.last(1);
      nivel.l3.isOut = true;
      nivel.l2.failOnce = true;
      Receipt receipt = nivel.call.append(turns(2));
      assertThat(receipt.durability()).containsExactly(Durability.REDIS, Durability.JOURNAL);
      nivel.l2.losesReplyOnce = true;
      nivel.call.append(turns(1));
      assertThat(nivel.call.last(10).items()).hasSize(3);
      nivel.l3.isOut = false;
      nivel.engine.sync().runForced();
      assertThat(nivel.inL3()).hasSize(3);
    }
  }

  @Nested
  class WhenTheClockOfTheNodeIsFarAhead {
    private static final Duration AHEAD = Duration.ofMinutes(10);

    @BeforeEach
    void jump() {
      nivel.l2.clockBehind = AHEAD;
      nivel.l3.clockBehind = AHEAD;
    }

    private void assertTimeOfTheStores(Receipt receipt) {
      assertThat(receipt.stamp().millis()).isEqualTo(nivel.time.millis() - AHEAD.toMillis());
    }

    @Test
    void aWriteIsStampedByTheClockOfRedisWhichIsNotToBlame() {
      assertTimeOfTheStores(nivel.call.put("slots", json("1")));
      for (int i = 2; i < 12; i++) {
        nivel.l2.clockBehind = AHEAD.multipliedBy(i);
        assertThat(nivel.conversation("call-" + i).put("slots", json("1")).durability())
            .containsExactly(Durability.REDIS, Durability.JOURNAL);
      }
      assertThat(nivel.engine.health().redis().counts().consecutiveFailures()).isZero();
      assertThat(nivel.engine.health().redis().counts().opened()).isZero();
    }

    @Test
    void aWritePastRedisIsStampedByTheClockOfL3() {
      nivel.openRedisBreaker();
      assertTimeOfTheStores(nivel.call.put("slots", json("1")));
      int before = nivel.l3.calls.get();
      assertTimeOfTheStores(nivel.conversation("call-2").put("slots", json("1")));
      assertThat(nivel.l3.calls.get()).isEqualTo(before + 1);
    }

    @Test
    void aConversationThatHoldsAStampAheadIsWrittenAllTheSame() { // I2
      Stamp ahead = Stamp.at(nivel.time.millis() + 600_000, 9);
      Write stored = new Write(ID, Entry.of("slots", ahead, json("1")));
      nivel.l3.write(List.of(stored));
      assertThat(nivel.call.get("slots")).isPresent();
      nivel.l2.loseEverything();
      Receipt receipt = nivel.call.put("slots", json("2"));
      assertThat(receipt.durability()).containsExactly(Durability.REDIS, Durability.JOURNAL);
      assertThat(receipt.stamp().isNewerThan(ahead)).isTrue();
      nivel.engine.sync().runForced();
      assertThat(nivel.l3.entry(ID, "slots").orElseThrow().content()).isEqualTo(json("2"));
      nivel.call.append(json("{}"));
    }
  }

  @Nested
  class WhenBothStoresFail {
    @Test
    void aWriteThatNobodyTookIsRefusedWithoutATrace() {
      nivel.l2.isOut = true;
      nivel.l3.isOut = true;
      assertOutcome(Outcome.NOT_APPLIED);
      nivel.l2.isOut = false;
      nivel.l3.isOut = false;
      assertThat(nivel.call.get("slots")).isEmpty();
      assertThat(nivel.engine.metrics().writes().refused()).isEqualTo(1);
    }

    @Test
    void aWriteThatRedisMayHaveTakenIsOfUnknownOutcomeAndReadAnew() {
      nivel.call.put("slots", json("0"));
      nivel.l2.losesReplies = true;
      nivel.l3.isOut = true;
      assertOutcome(Outcome.UNKNOWN);
      assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L2);
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("1"));
    }

    private void assertOutcome(Outcome outcome) {
      assertThatThrownBy(() -> nivel.call.put("slots", json("1")))
          .asInstanceOf(InstanceOfAssertFactories.type(UnavailableException.class))
          .extracting(UnavailableException::outcome)
          .isEqualTo(outcome);
    }
  }

  @Nested
  class WhenTheOutboxIsFull {
    @Test
    void newWritesAreRefusedAndNothingOldIsDropped() { // I8, I1
      nivel.l3.isOut = true;
      String large = "\"" + "x".repeat(100_000) + "\"";
      int accepted = 0;
      try {
        while (accepted < 100) { // an outbox that takes everything would not fail
          nivel.call.put("e" + accepted, json(large));
          accepted++;
        }
      } catch (UnavailableException e) {
        assertThat(e).hasMessageContaining("outbox");
      }
      assertThat(accepted).isEqualTo(10);
      nivel.l3.isOut = false;
      nivel.engine.sync().runForced();
      assertThat(nivel.inL3()).hasSize(10);
      nivel.call.put("again", json("1"));
    }
  }

  @Nested
  class Limits {
    @Test
    void ofIdsNamesValuesAndItemsAreRefusals() {
      assertRefused(() -> nivel.call.put("", json("1")), Reason.MALFORMED);
      assertRefused(() -> nivel.call.put("..", json("1")), Reason.MALFORMED);
      assertRefused(() -> nivel.call.put("a\u0000b", json("1")), Reason.MALFORMED);
      assertRefused(() -> nivel.call.put("a\ud800b", json("1")), Reason.MALFORMED);
      assertRefused(() -> nivel.call.put("ñ".repeat(129), json("1")), Reason.MALFORMED);
      nivel.call.put("ñ".repeat(128), json("1"));
      assertRefused(() -> nivel.call.put("x", json("1".repeat((1 << 20) + 1))),
          Reason.TOO_LARGE);
      assertRefused(() -> nivel.call.append(turns(1_001)), Reason.TOO_LARGE);
      assertRefused(() -> nivel.call.append(List.of()), Reason.MALFORMED);
      assertRefused(() -> nivel.call.last(0), Reason.MALFORMED);
    }

    private void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call,
        Reason reason) {
      assertThatThrownBy(call)
          .asInstanceOf(InstanceOfAssertFactories.type(RejectedException.class))
          .extracting(RejectedException::reason)
          .isEqualTo(reason);
    }
  }

  @Test
  void itemsOfOneCallHaveTheirIdsInTheOrderGiven() {
    Receipt receipt = nivel.call.append(turns(100));
    assertThat(receipt.stamps()).isSorted().doesNotHaveDuplicates().hasSize(100);
    assertThat(nivel.call.last(100).items()).extracting(Field::stamp)
        .isEqualTo(receipt.stamps());
  }
}
