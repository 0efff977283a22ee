package dev.nivel;

import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static dev.nivel.EngineFixture.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RecoveryPathTest {
  private EngineFixture nivel;

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory);
  }

  @Nested
  class RedisComingBack {
    @Test
    void isNotAskedBeforeItsTrial() { // I10
      nivel.openRedisBreaker();
      nivel.l2.isOut = false;
      int before = nivel.l2.calls.get();
      nivel.call.put("slots", json("1"));
      nivel.call.get("slots");
      nivel.engine.recovery().tendRedis();
      assertThat(nivel.l2.calls.get()).isEqualTo(before);
      assertThat(nivel.engine.health().mode()).isEqualTo(Mode.BYPASS);
    }

    @Test
    void staysOutIfItsTrialFails() {
      nivel.openRedisBreaker();
      nivel.pass(Duration.ofSeconds(31));
      nivel.engine.recovery().tendRedis();
      assertThat(nivel.engine.metrics().redis().state()).isEqualTo("OPEN");
      nivel.l2.isOut = false;
      nivel.engine.recovery().tendRedis();
      assertThat(nivel.engine.metrics().redis().state()).isEqualTo("OPEN");
    }

    @Test
    void knowsWhatWasWrittenPastItBeforeItIsRead() { // I2
      nivel.call.put("slots", json("before"));
      nivel.engine.sync().runForced();
      nivel.openRedisBreaker();
      nivel.call.put("slots", json("meanwhile"));
      nivel.call.append(turns(2));
      nivel.pass(Duration.ofMinutes(2)); // the outbox has forgotten what is in L3
      nivel.healRedis();
      assertThat(nivel.engine.health().mode()).isEqualTo(Mode.NORMAL);
      assertThat(nivel.l2.entry(ID, "slots").entry())
          .isEqualTo(nivel.l3.entry(ID, "slots").orElseThrow());
      Answer answer = nivel.call.read("slots");
      assertThat(answer.level()).isEqualTo(Level.L2);
      assertThat(answer.entry().orElseThrow().value()).isEqualTo(json("meanwhile"));
      assertThat(nivel.call.last(5).items()).hasSize(2);
    }

    /** From the moment at which callers come back, not a moment later. */
    @Test
    void isAskedForWhatMemoryHasMissed(@TempDir Path directory) { // I4
      EngineFixture other = nivel.another(directory);
      nivel.call.put("slots", json("before"));
      nivel.cutOffFromRedis();
      other.call.put("slots", json("meanwhile"));
      List<Value> seen = new ArrayList<>();
      nivel.engine.health().redis().effect(() -> {
        seen.add(nivel.call.get("slots").orElseThrow().value());
        return "";
      });
      nivel.reconnectToRedis();
      assertThat(nivel.engine.health().isRedisUsed()).isTrue();
      assertThat(seen).containsExactly(json("meanwhile"));
    }

    @Test
    void knowsWhatAnotherNodeWrotePastIt() {
      nivel.call.put("slots", json("before"));
      Entry other = Entry.of("slots", nivel.call.get("slots").orElseThrow().stamp().next(9),
          json("other"));
      nivel.l3.writeFirst(ID, List.of(other), Condition.NONE, false);
      nivel.engine.recovery().tendNotes();
      assertThat(nivel.l2.entry(ID, "slots").entry()).isEqualTo(other);
      assertThat(nivel.call.get("slots")).contains(other);
      assertThat(nivel.l3.staleInL2(10)).isEmpty();
    }

    @Test
    void emptyGetsBackWhatWasUnsynced() { // I1
      nivel.call.append(turns(3));
      nivel.openRedisBreaker();
      nivel.l2.loseEverything();
      nivel.healRedis();
      assertThat(nivel.l2.unsynced(ID)).hasSize(3);
    }

    /** Seed 477: what is written past it during its trial is told after it. */
    @Test
    void isUsedAgainHoweverMuchIsWrittenPastItMeanwhile() { // I8
      nivel.call.put("slots", json("0"));
      nivel.openRedisBreaker();
      nivel.call.put("slots", json("1"));
      int[] rounds = {0};
      nivel.l3.beforeNotes = () -> {
        if (rounds[0]++ < 50) {
          nivel.pass(Duration.ofMillis(100));
          for (int i = 0; i < 100; i++) {
            nivel.conversation("call-" + rounds[0] + "-" + i).put("slots", json("2"));
          }
        }
      };
      nivel.l2.isOut = false;
      nivel.pass(Duration.ofSeconds(31));
      nivel.engine.recovery().tendRedis();
      assertThat(rounds[0]).isLessThan(5);
      assertThat(nivel.engine.health().isRedisUsed()).isTrue();
      assertThat(nivel.l2.entry(ID, "slots").entry()).extracting(Entry::value)
          .isEqualTo(json("1"));
      assertThat(nivel.conversation("call-1-1").get("slots")).isPresent();
    }

    @Test
    void isBelievedWithReserveWhileSupabaseDoesNotSayWhatWasWrittenMeanwhile() {
      nivel.call.put("slots", json("1"));
      nivel.openRedisBreaker();
      nivel.call.put("slots", json("2"));
      nivel.l3.isOut = true;
      nivel.healRedis();
      assertThat(nivel.call.read("slots").isStale()).isTrue();
      nivel.l3.isOut = false;
      nivel.engine.recovery().tendNotes();
      assertThat(nivel.call.read("slots").isStale()).isFalse();
    }

    /** Seed 23: it came back before Supabase, sooner than notes grow old. */
    @Test
    void isBelievedWithReserveWhereAReadMayHaveSeenMore(@TempDir Path directory) { // I2, I4
      EngineFixture other = nivel.another(directory);
      nivel.call.put("slots", json("1"));
      nivel.cutOffFromRedis();
      other.l2.failOnce = true;
      other.call.put("slots", json("2")); // past Redis, and noted for it
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("2"));
      nivel.supabaseLine.isCut = true;
      comeBackSoon();
      Answer answer = nivel.call.read("slots");
      assertThat(answer.entry().orElseThrow().value()).isEqualTo(json("1"));
      assertThat(answer.isStale()).isTrue();
      nivel.supabaseLine.isCut = false;
      nivel.engine.recovery().tendNotes();
      answer = nivel.call.read("slots");
      assertThat(answer.entry().orElseThrow().value()).isEqualTo(json("2"));
      assertThat(answer.isStale()).isFalse();
    }

    /** What came after the notes were read, callers may have read before they came back to it. */
    @Test
    void isBelievedWithReserveUntilTheNotesWereReadOnceMore(@TempDir Path directory) { // I2
      EngineFixture other = nivel.another(directory);
      nivel.call.put("slots", json("1"));
      other.cutOffFromRedis();
      nivel.cutOffFromRedis();
      List<Answer> seen = new ArrayList<>();
      nivel.engine.health().redis().effect(() -> {
        other.call.put("slots", json("2"));
        seen.add(nivel.call.read("slots"));
        return "";
      });
      nivel.reconnectToRedis();
      assertThat(seen).extracting(answer -> answer.entry().orElseThrow().value())
          .containsExactly(json("1"));
      assertThat(seen).extracting(Answer::isStale).containsExactly(true);
      assertThat(nivel.call.read("slots").entry().orElseThrow().value()).isEqualTo(json("2"));
    }

    @Test
    void isNotUsedAgainIfItFailsWhenItIsToldOfWhatWasWrittenMeanwhile() { // I10
      nivel.call.put("slots", json("1"));
      nivel.openRedisBreaker();
      nivel.call.put("slots", json("2"));
      nivel.l3.beforeNotes = () -> nivel.l2.isOut = true;
      nivel.healRedis();
      assertThat(nivel.engine.health().isRedisUsed()).isFalse();
    }

    @Test
    void isBelievedWithReserveWhileAWriteMayStillComeWhoseReplyWasLost() { // I2, I4
      nivel.call.put("slots", json("1"));
      nivel.redisLine.isCut = true;
      nivel.engine.recovery().tendRedis();
      nivel.l3.losesReplyOnce = true;
      assertThatThrownBy(() -> nivel.call.put("slots", json("2")))
          .isInstanceOf(UnavailableException.class);
      comeBackSoon();
      assertThat(nivel.call.read("slots").isStale()).isTrue();
      nivel.pass(nivel.engine.health().supabase().callTimeout().multipliedBy(2));
      nivel.engine.recovery().tendNotes();
      assertThat(nivel.call.read("slots").isStale()).isFalse();
    }

    private void comeBackSoon() {
      nivel.redisLine.isCut = false;
      nivel.pass(Duration.ofSeconds(1));
      nivel.engine.recovery().tendRedis();
      assertThat(nivel.engine.health().isRedisUsed()).isTrue();
    }

    @Test
    void isNotBelievedForLongWithoutTheNotesOfWhatWasWrittenPastIt() { // I4
      nivel.call.put("slots", json("0"));
      nivel.l2.failOnce = true;
      nivel.call.put("slots", json("1"));
      nivel.l3.isOut = true;
      nivel.engine.levels().l1().expire();
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("1"));
      nivel.pass(Duration.ofMinutes(2));
      assertThat(nivel.call.read("slots").isStale()).isTrue();
    }
  }

  @Nested
  class RedisAPartOfWhichIsOut {
    @Test
    void isTheReasonOfTheModeUntilAHeartbeatSucceeds() {
      assertThat(nivel.engine.metrics().mode().reason()).isEmpty();
      nivel.l2.failOnce = true;
      nivel.engine.recovery().tendRedis();
      assertThat(nivel.engine.metrics().mode().now()).isEqualTo(Mode.NORMAL);
      assertThat(nivel.engine.metrics().mode().reason()).isEqualTo("a part of Redis is out");
      nivel.engine.recovery().tendRedis();
      assertThat(nivel.engine.metrics().mode().reason()).isEmpty();
      nivel.openRedisBreaker();
      nivel.healRedis();
      assertThat(nivel.engine.metrics().mode().reason()).isEmpty();
    }
  }

  /** What was noted after the question is not in the answer, however late that comes. */
  @Test
  void whatWasWrittenPastRedisIsKnownAsOfWhenItWasAskedFor(@TempDir Path directory) { // I4
    EngineFixture other = nivel.another(directory);
    nivel.engine.recovery().tendSupabase();
    nivel.l3.beforeNotes = () -> nivel.pass(Duration.ofSeconds(4));
    nivel.engine.recovery().tendNotes();
    other.call.put("slots", json("1"));
    assertThat(nivel.call.read("slots").isStale()).isTrue();
    nivel.l3.beforeNotes = () -> {};
    nivel.engine.recovery().tendNotes();
    assertThat(nivel.call.read("slots").isStale()).isFalse();
  }

  @Nested
  class RedisThatForgetsUnnoticedByTheBreaker {
    @Test
    void isNotBelievedUntilOtherNodesHaveOfferedWhatItLost(@TempDir Path directory) { // I4
      EngineFixture other = nivel.another(directory);
      other.call.put("slots", json("1"));
      letBothBeat(other);
      assertThat(nivel.call.read("slots").isStale()).isFalse();
      nivel.l2.loseEverything();
      for (int second = 0; second < 30; second++) { // the other one is frozen, or slow
        nivel.pass(Duration.ofSeconds(1));
        nivel.engine.recovery().tendNotes();
        nivel.engine.recovery().tendSupabase();
        assertThat(nivel.call.read("slots").isStale()).isTrue();
      }
      letBothBeat(other);
      Answer answer = nivel.call.read("slots");
      assertThat(answer.entry().orElseThrow().value()).isEqualTo(json("1"));
      assertThat(answer.isStale()).isFalse();
    }

    @Test
    void isNotBelievedWhileANodeIsDownThatHadUnsyncedWrites(@TempDir Path directory) { // I4
      EngineFixture other = nivel.another(directory);
      other.call.put("slots", json("1"));
      letBothBeat(other);
      nivel.l2.loseEverything();
      letOneBeat(nivel);
      nivel.pass(Duration.ofSeconds(30));
      letOneBeat(nivel);
      assertThat(nivel.call.read("slots").isStale()).isTrue();
      EngineFixture again = other.crashedAndStartedAgain();
      letBothBeat(again);
      assertThat(nivel.call.read("slots").isStale()).isTrue(); // L3 has not judged its journal yet
      again.engine.sync().runForced();
      letBothBeat(again);
      nivel.engine.levels().l1().expire(); // which Redis tells of the change
      Answer answer = nivel.call.read("slots");
      assertThat(answer.entry().orElseThrow().value()).isEqualTo(json("1"));
      assertThat(answer.isStale()).isFalse();
    }

    @Test
    void isBelievedAlthoughALivingNodeCanNotReachItAndHasSyncedAll(@TempDir Path directory) {
      EngineFixture other = nivel.another(directory);
      other.call.put("slots", json("1"));
      letBothBeat(other);
      other.openRedisBreaker();
      nivel.l2.isOut = false;
      nivel.l2.loseEverything();
      other.engine.recovery().tendSupabase();
      letOneBeat(nivel);
      assertThat(nivel.call.read("slots").isStale()).isTrue();
      other.engine.sync().runInBackground();
      other.engine.recovery().tendSupabase();
      letOneBeat(nivel);
      Answer answer = nivel.call.read("slots");
      assertThat(answer.entry().orElseThrow().value()).isEqualTo(json("1"));
      assertThat(answer.isStale()).isFalse();
    }

    /** What came to Redis after the reader had asked it is missing in his answer. */
    @Test
    void makesAnAnswerStaleThatWasBegunBeforeOthersHadOffered(@TempDir Path directory) { // I4
      EngineFixture other = nivel.another(directory);
      other.call.put("slots", json("1"));
      letBothBeat(other);
      nivel.l2.loseEverything();
      nivel.l2.beforeReply = () -> {
        nivel.l2.beforeReply = () -> {};
        letBothBeat(other);
      };
      Answer answer = nivel.call.read("slots");
      assertThat(answer.entry()).isEmpty();
      assertThat(answer.isStale()).isTrue();
    }

    @Test
    void isOfferedWhatItAcceptedBeforeAndIsAcknowledgedAfter() { // I1
      nivel.l2.afterWriteOnce = () -> {
        nivel.l2.loseEverything();
        nivel.engine.recovery().tendRedis();
      };
      nivel.call.put("slots", json("1"));
      nivel.engine.recovery().tendRedis();
      assertThat(nivel.l2.unsynced(ID)).hasSize(1);
    }

    private void letBothBeat(EngineFixture other) {
      letOneBeat(other);
      letOneBeat(nivel);
    }

    private static void letOneBeat(EngineFixture node) {
      node.engine.recovery().tendRedis();
      node.engine.recovery().tendNotes();
      node.engine.recovery().tendSupabase();
    }

    @Test
    void getsBackWhatWasUnsynced() { // I1
      nivel.call.append(turns(3));
      nivel.l2.loseEverything();
      nivel.engine.recovery().tendRedis();
      assertThat(nivel.l2.unsynced(ID)).hasSize(3);
      assertThat(nivel.engine.health().isRedisUsed()).isTrue();
    }
  }

  @Nested
  class SupabaseComingBack {
    @Test
    void getsWhatWaited() {
      nivel.call.put("slots", json("1"));
      nivel.l3.isOut = true;
      while (nivel.engine.health().supabase().isClosed()) {
        nivel.engine.recovery().tendSupabase();
      }
      assertThat(nivel.engine.health().mode()).isEqualTo(Mode.BUFFERING);
      nivel.call.put("slots", json("2"));
      nivel.l3.isOut = false;
      assertThatThrownBy(() -> nivel.engine.sync().runForced())
          .isInstanceOf(UnavailableException.class);
      nivel.pass(Duration.ofSeconds(31));
      nivel.engine.recovery().tendSupabase();
      nivel.engine.sync().runInBackground();
      assertThat(nivel.l3.entry(ID, "slots").orElseThrow().value()).isEqualTo(json("2"));
    }
  }
}
