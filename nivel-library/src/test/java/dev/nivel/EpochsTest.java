package dev.nivel;

import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.RejectedException;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Three nodes, some of which can't reach Redis (I4). */
class EpochsTest {
  private EngineFixture a;
  private EngineFixture b;
  private EngineFixture c;

  @BeforeEach
  void open(@TempDir Path directory) {
    a = new EngineFixture(directory.resolve("a"), "CIRCUIT_BREAKER_TIMEOUT", "1");
    b = a.another(directory.resolve("b"));
    c = a.another(directory.resolve("c"));
    turns(a, b, c);
    turns(a, b, c);
  }

  private static void turns(EngineFixture... nodes) {
    for (EngineFixture node : nodes) {
      node.turn();
    }
  }

  private static Receipt put(EngineFixture node, String json) {
    return node.call.put("slots", json(json));
  }

  private static Receipt putIfAbsent(EngineFixture node, String name) {
    return node.call.put(name, json("1"), WriteOptions.DEFAULT.ifAbsent());
  }

  private static String read(EngineFixture node) {
    return node.call.read("slots").entry().orElseThrow().value().text();
  }

  private static boolean isStale(EngineFixture node) {
    return node.call.read("slots").isStale();
  }

  /** A condition is judged by Redis once it knows what was synced, also if that goes on. */
  @Test
  void redisJudgesWhileASyncGoesOn() {
    Outbox outbox = a.engine.levels().outbox();
    outbox.acknowledgeCommitted(EngineFixture.ID, List.of(synced("y", 1)));
    a.l2.beforeSettle = () -> {
      a.l2.beforeSettle = () -> {};
      outbox.acknowledgeCommitted(EngineFixture.ID, List.of(synced("y", 2)));
    };
    assertThat(putIfAbsent(a, "x").durability()).contains(Durability.REDIS);
  }

  private Entry synced(String name, int number) {
    return Entry.of(name + number, Stamp.at(a.time.millis() - 1_000 + number, 0), json("1"));
  }

  private void repeatWhatAMadeWithoutKnowing() {
    WriteOptions keyed = WriteOptions.DEFAULT.idempotent("a-key");
    a.call.append(EngineFixture.turns(1), WriteOptions.DEFAULT.idempotent("another-key"));
    a.l2.diesAfterWrite = true;
    a.supabaseLine.isCut = true;
    assertThatThrownBy(() -> a.call.append(EngineFixture.turns(2), keyed))
        .isInstanceOf(UnavailableException.class);
    a.l2.isOut = false;
    a.supabaseLine.isCut = false;
    assertThat(b.call.append(EngineFixture.turns(2), keyed).isCreated()).isFalse();
  }

  @Test
  void oneWhoAcknowledgedARepetitionHasItStillWhenRedisHasLostIt() { // I1
    repeatWhatAMadeWithoutKnowing();
    b.l2.loseEverything();
    b.engine.levels().l1().expire();
    b.engine.sync().runForced();
    assertThat(b.engine.levels().l3().conversations(List.of(EngineFixture.ID)))
        .hasEntrySatisfying(EngineFixture.ID, of -> assertThat(of.items()).hasSize(2));
  }

  @Nested
  class WhenOneIsCutOff {
    @Test
    void readsWhatTheOthersHadNotSyncedAndIsNotStaleOnceTheyHaveConfirmed() {
      put(b, "1");
      a.cutOffFromRedis();
      assertThat(a.call.read("slots").isStale()).isTrue();
      turns(a, b, c);
      assertThat(isStale(a)).isTrue();
      turns(b, c, a);
      assertThat(read(a)).isEqualTo("1");
      assertThat(isStale(a)).isFalse();
    }

    @Test
    void seesAtOnceWhatTheOthersWriteFromThenOn() {
      agreeOnACutOff();
      Receipt receipt = put(b, "2");
      assertThat(receipt.durability()).containsExactly(Durability.SUPABASE);
      assertThat(read(a)).isEqualTo("2");
      assertThat(isStale(a)).isFalse();
      assertThat(read(c)).isEqualTo("2");
    }

    @Test
    void saysThatItMayBeStaleUntilAllHaveHeardOfIt() {
      a.cutOffFromRedis();
      turns(a);
      b.supabaseLine.isCut = true;
      turns(b, c, a);
      b.supabaseLine.isCut = false;
      assertThat(isStale(a)).as("b has not confirmed").isTrue();
    }

    @Test
    void isNotConfirmedBeforeWhatWasWrittenBeforeIsSynced() {
      put(b, "1");
      a.cutOffFromRedis();
      turns(a, c);
      b.engine.recovery().tendEpochs();
      b.engine.recovery().tendSupabase();
      b.engine.recovery().tendSupabase();
      turns(c, a);
      assertThat(a.call.read("slots").isStale()).isTrue();
    }

    /** Its reply was lost, so nobody holds it but Redis, where others have read it. */
    @Test
    void isJudgedByWhatItHasWrittenToRedisWithoutKnowing() { // I2
      Entry unanswered = Entry.of("x", Stamp.at(a.time.millis(), 0), json("1"));
      a.l2.write(EngineFixture.ID, List.of(unanswered), Condition.NONE);
      assertThat(b.call.get("x")).isPresent();
      agreeOnACutOff();
      assertThatThrownBy(() -> putIfAbsent(a, "x")).isInstanceOf(RejectedException.class);
      assertThatThrownBy(() -> putIfAbsent(b, "x")).isInstanceOf(RejectedException.class);
      assertThat(a.call.get("x")).isPresent();
    }

    @Test
    void judgesInL3AsDoTheOthersOnceAllHaveConfirmed() {
      agreeOnACutOff();
      putIfAbsent(a, "x");
      assertThatThrownBy(() -> putIfAbsent(b, "x")).isInstanceOf(RejectedException.class);
      putIfAbsent(b, "y");
      assertThatThrownBy(() -> putIfAbsent(a, "y")).isInstanceOf(RejectedException.class);
      assertThatThrownBy(() -> putIfAbsent(c, "y")).isInstanceOf(RejectedException.class);
    }

    @Test
    void judgesNothingBefore() {
      a.cutOffFromRedis();
      turns(a, b);
      assertThatThrownBy(() -> putIfAbsent(a, "x")).isInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> putIfAbsent(b, "x")).isInstanceOf(UnavailableException.class);
      putIfAbsent(c, "x"); // which has not heard of it
      turns(c, b, a);
      turns(c, b, a);
      assertThatThrownBy(() -> putIfAbsent(a, "x")).isInstanceOf(RejectedException.class);
    }

    /** Partition run, seed 6: nobody's outbox had it. */
    @Test
    void readsAnAppendThatOneMadeWithoutKnowingAndAnotherRepeated() {
      repeatWhatAMadeWithoutKnowing();
      a.cutOffFromRedis();
      turns(a, b, c);
      turns(b, c, a);
      ItemsPage page = a.call.last(5);
      assertThat(page.isStale()).isFalse();
      assertThat(page.items()).hasSize(3);
    }

    @Test
    void countsOnNobodyWhoIsSilent() {
      agreeOnACutOff();
      a.pass(Duration.ofSeconds(4));
      turns(a, c);
      assertThat(isStale(a)).isTrue();
      assertThatThrownBy(() -> putIfAbsent(a, "x")).isInstanceOf(UnavailableException.class);
      turns(b, c, a);
      assertThat(isStale(a)).isFalse();
    }

    @Test
    void saysThatItMayBeStaleIfItWasPaused() {
      agreeOnACutOff();
      a.pass(Duration.ofSeconds(4));
      assertThat(isStale(a)).isTrue();
    }

    @Test
    void isAnsweredByTheOthersThroughRedisAgainWhenItIsBack() {
      agreeOnACutOff();
      a.reconnectToRedis();
      for (int turn = 0; turn < 5; turn++) {
        turns(a, b, c);
      }
      for (EngineFixture node : List.of(a, b, c)) {
        assertThat(put(node, "3").durability()).contains(Durability.REDIS);
        putIfAbsent(node, "by " + node.engine.membership().number());
      }
    }

    /** Else the one would judge in Redis while another still lets L3 judge. */
    @Test
    void hasRedisJudgeOnlyWhenNobodyLetsL3Judge() {
      agreeOnACutOff();
      a.reconnectToRedis();
      turns(b, c);
      assertThat(put(a, "3").durability()).containsExactly(Durability.SUPABASE);
      turns(a);
      assertThat(put(a, "4").durability()).containsExactly(Durability.SUPABASE);
      assertThatThrownBy(() -> putIfAbsent(a, "x")).isInstanceOf(UnavailableException.class);
      putIfAbsent(b, "x"); // which has not heard that it ends
      turns(b);
      turns(a);
      assertThatThrownBy(() -> putIfAbsent(a, "x")).isInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> putIfAbsent(b, "y")).isInstanceOf(UnavailableException.class);
      turns(c, b, a, a);
      assertThatThrownBy(() -> putIfAbsent(a, "x")).isInstanceOf(RejectedException.class);
    }
  }

  /** Its note comes when nobody waits for it any more, perhaps. */
  @Test
  void doNotEndBeforeAWriteOfUnknownOutcomeHasArrivedOrNeverWill() {
    agreeOnACutOff();
    a.l3.losesReplyOnce = true;
    assertThatThrownBy(() -> put(a, "2")).isInstanceOf(UnavailableException.class);
    a.reconnectToRedis();
    for (int second = 0; second < 8; second++) {
      a.pass(Duration.ofSeconds(1));
      turns(a, b, c);
      assertThatThrownBy(() -> putIfAbsent(b, "x")).isInstanceOf(UnavailableException.class);
    }
    a.pass(Duration.ofSeconds(2));
    for (int turn = 0; turn < 4; turn++) {
      turns(a, b, c);
    }
    assertThat(putIfAbsent(b, "x").durability()).contains(Durability.REDIS);
  }

  @Test
  void areAskedOnceMoreWhenThePreparationOfAJudgementHasTakenLong(@TempDir Path directory) {
    EngineFixture lone = new EngineFixture(directory.resolve("lone"));
    put(lone, "1");
    lone.openRedisBreaker();
    lone.l3.afterChunk = () -> lone.pass(Duration.ofSeconds(4));
    assertThatThrownBy(() -> putIfAbsent(lone, "x")).isInstanceOf(UnavailableException.class);
    assertThat(lone.l3.entry(EngineFixture.ID, "x")).isEmpty();
  }

  /** A node that was alone may have got company while it was paused. */
  @Test
  void countOnBeingAloneOnlyAsLongAsThatWasHeardLately(@TempDir Path directory) {
    EngineFixture lone = new EngineFixture(directory.resolve("lone"));
    put(lone, "1");
    lone.openRedisBreaker();
    assertThat(isStale(lone)).isFalse();
    lone.pass(Duration.ofSeconds(4));
    assertThat(isStale(lone)).isTrue();
    assertThatThrownBy(() -> putIfAbsent(lone, "x")).isInstanceOf(UnavailableException.class);
    lone.turn();
    assertThat(isStale(lone)).isFalse();
    putIfAbsent(lone, "x");
  }

  private void agreeOnACutOff() {
    put(b, "1");
    a.cutOffFromRedis();
    turns(a, b, c);
    turns(b, c, a);
    turns(b, c);
    assertThat(isStale(a)).isFalse();
  }

  @Nested
  class WhenAllAreCutOff {
    @Test
    void allReadAndJudgeInL3() {
      put(a, "1");
      put(b, "2");
      a.l2.isOut = true;
      for (EngineFixture node : List.of(a, b, c)) {
        node.cutOffFromRedis();
      }
      for (int turn = 0; turn < 4; turn++) {
        turns(a, b, c);
      }
      for (EngineFixture node : List.of(a, b, c)) {
        assertThat(read(node)).isEqualTo("2");
        assertThat(isStale(node)).isFalse();
      }
      putIfAbsent(a, "x");
      assertThatThrownBy(() -> putIfAbsent(c, "x")).isInstanceOf(RejectedException.class);
    }
  }

  @Nested
  class WhenTwoAreCutOff {
    /** Redis takes it, and its node hears of that when it has an epoch of its own. */
    @Test
    void neitherBelievesInAnEpochWhileAWriteToRedisIsUnderWay() {
      b.cutOffFromRedis();
      a.l2.afterWriteOnce = () -> {
        a.engine.health().redis().open("meanwhile");
        for (int turn = 0; turn < 3; turn++) {
          turns(a, b, c);
        }
      };
      assertThat(put(a, "1").durability()).contains(Durability.REDIS);
      assertThat(b.call.read("slots").isStale()).isTrue();
    }

    @Test
    void whatOneOfThemHadNotSyncedIsMissingForTheOther() {
      put(a, "1");
      a.cutOffFromRedis();
      b.cutOffFromRedis();
      for (int turn = 0; turn < 3; turn++) {
        a.engine.recovery().tendSupabase();
        turns(b, c);
      }
      assertThat(b.call.read("slots").isStale()).isTrue();
      assertThatThrownBy(() -> putIfAbsent(b, "slots")).isInstanceOf(UnavailableException.class);
      turns(a, b);
      assertThat(read(b)).isEqualTo("1");
      assertThat(isStale(b)).isFalse();
      assertThatThrownBy(() -> putIfAbsent(b, "slots")).isInstanceOf(RejectedException.class);
    }
  }

  @Nested
  class WhenOneIsDead {
    @Test
    void whatItLeftInTheRedisThatIsOutIsMissingUntilSomebodyHasSyncedIt() {
      put(b, "1");
      a.l3.kill(b.engine.membership().identity());
      a.cutOffFromRedis();
      for (int turn = 0; turn < 3; turn++) {
        turns(a, c);
      }
      assertThat(a.call.read("slots").isStale()).isTrue();
      assertThatThrownBy(() -> putIfAbsent(a, "slots")).isInstanceOf(UnavailableException.class);
    }
  }

  @Nested
  class WhenOneIsCutOffFromSupabaseForLong {
    @Test
    void theOthersDoNotTakeItForDeadAsItGoesOnToWriteToRedis() {
      b.supabaseLine.isCut = true;
      a.l3.kill(b.engine.membership().identity()); // so it seems to L3
      for (int minute = 0; minute < 60; minute++) {
        a.pass(Duration.ofMinutes(1));
        b.engine.recovery().tendRedis();
        turns(a, c);
      }
      put(b, "1");
      a.cutOffFromRedis();
      turns(a, c);
      turns(c, a);
      assertThat(a.call.read("slots").isStale()).isTrue();
      assertThatThrownBy(() -> putIfAbsent(a, "slots")).isInstanceOf(UnavailableException.class);
    }
  }

  @Nested
  class WhenAConfirmingOneIsCutOffFromSupabase {
    @Test
    void refusesWritesThatTheOthersWouldNotSeeUntilNobodyCountsOnItAnyMore() {
      agreeOnACutOff();
      b.supabaseLine.isCut = true;
      assertThatThrownBy(() -> put(b, "2")).isInstanceOf(UnavailableException.class);
      b.pass(Duration.ofSeconds(4));
      turns(b, c, a);
      assertThatThrownBy(() -> put(b, "2")).isInstanceOf(UnavailableException.class);
      assertThat(isStale(a)).isTrue();
      b.pass(Duration.ofSeconds(30));
      turns(b);
      put(b, "2");
      assertThat(isStale(a)).isTrue();
    }
  }
}
