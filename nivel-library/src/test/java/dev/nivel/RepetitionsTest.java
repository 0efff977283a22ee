package dev.nivel;

import dev.nivel.store.Item;
import dev.nivel.store.RejectedException;
import dev.nivel.store.RejectedException.Reason;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import dev.nivel.store.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static dev.nivel.EngineFixture.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** An append that is repeated under its idempotency key appears once (I7). */
class RepetitionsTest {
  private static final WriteOptions KEYED = WriteOptions.DEFAULT.idempotent("a-key");
  private static final List<Value> TURNS = turns(2);

  private Path directory;
  private EngineFixture nivel;

  @BeforeEach
  void open(@TempDir Path temporary) {
    directory = temporary;
    nivel = new EngineFixture(directory);
  }

  private Receipt append() {
    return nivel.call.append(TURNS, KEYED);
  }

  private List<Stamp> ids() {
    nivel.engine.levels().l1().expire();
    return nivel.call.last(100).items().stream().map(Item::stamp).toList();
  }

  /** The items are there once, at once and when all levels have what they are to have. */
  private void assertAppended(Receipt receipt) {
    assertThat(ids()).isEqualTo(receipt.stamps());
    nivel.engine.recovery().tendRedis();
    nivel.engine.sync().runForced();
    nivel.pass(Duration.ofMinutes(2)); // the outbox has forgotten them
    assertThat(ids()).isEqualTo(receipt.stamps());
    nivel.l2.loseEverything();
    assertThat(ids()).isEqualTo(receipt.stamps());
    assertThat(append().stamps()).isEqualTo(receipt.stamps());
    assertThat(ids()).isEqualTo(receipt.stamps());
    nivel.assertLedgerIsEven();
  }

  private void assertUnknownOutcome() {
    assertUnknownOutcome(KEYED);
  }

  private void assertUnknownOutcome(WriteOptions options) {
    assertThatThrownBy(() -> nivel.call.append(TURNS, options))
        .asInstanceOf(InstanceOfAssertFactories.type(UnavailableException.class))
        .extracting(UnavailableException::outcome)
        .isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void theFirstReceiptIsReturnedAgain() {
    Receipt first = append();
    Receipt second = append();
    assertThat(second.stamps()).isEqualTo(first.stamps());
    assertThat(second.durability()).isEqualTo(first.durability());
    assertAppended(first);
  }

  @Test
  void otherItemsUnderTheSameKeyAreRefusedWhereverTheKeyIsKnown() {
    Receipt first = append();
    assertReused();
    nivel.engine.sync().runForced();
    nivel.pass(Duration.ofMinutes(2));
    assertReused();
    nivel.l2.loseEverything();
    assertReused();
    nivel.openRedisBreaker();
    assertReused();
    assertThat(ids()).isEqualTo(first.stamps());
  }

  private void assertReused() {
    assertThatThrownBy(() -> nivel.call.append(turns(1), KEYED))
        .asInstanceOf(InstanceOfAssertFactories.type(RejectedException.class))
        .extracting(RejectedException::reason)
        .isEqualTo(Reason.KEY_REUSED);
  }

  @Test
  void theContentTypeIsAPartOfTheItems() {
    nivel.call.append(List.of(json("1")), KEYED);
    assertThatThrownBy(
        () -> nivel.call.append(List.of(Value.of(json("1").bytes(), "application/yaml")), KEYED))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void keysAreOfOneConversation() {
    append();
    nivel.conversation("call-2").append(turns(3), KEYED);
    assertThat(nivel.conversation("call-2").last(9).items()).hasSize(3);
  }

  @Test
  void aKeyMayBeUsedAgainAfterADay() {
    Receipt first = append();
    nivel.pass(Duration.ofHours(24).minusSeconds(1));
    assertThat(append().stamps()).isEqualTo(first.stamps());
    nivel.pass(Duration.ofSeconds(2));
    assertThat(append().stamps()).isNotEqualTo(first.stamps());
    assertThat(ids()).hasSize(4);
    nivel.engine.sync().runForced();
    assertThat(nivel.inL3().stream().filter(field -> field instanceof Item)).hasSize(4);
  }

  @Test
  void aKeyMayBeUsedAgainAfterAnErasure() {
    Receipt first = append();
    nivel.call.erase();
    Receipt second = append();
    assertThat(second.stamps()).isNotEqualTo(first.stamps());
    assertAppended(second);
  }

  @Test
  void aRepetitionThatIsToBeDurableWaitsForSupabase() {
    Receipt first = append();
    Receipt second = nivel.call.append(TURNS, KEYED.durable());
    assertThat(second.stamps()).isEqualTo(first.stamps());
    assertThat(second.durability()).contains(Durability.SUPABASE);
    assertThat(nivel.inL3()).hasSize(3);
  }

  @Test
  void aRepetitionThatIsToBeDurableHasAnUnknownOutcomeIfSupabaseFailsIt() { // I7
    append();
    nivel.l3.isOut = true;
    assertUnknownOutcome(KEYED.durable());
    nivel.l3.isOut = false;
    assertThat(nivel.call.append(TURNS, KEYED.durable()).durability())
        .contains(Durability.SUPABASE);
  }

  @Test
  void aMalformedKeyIsRefused() {
    for (String key : List.of("", "a b", "ñ", "a\n", "x".repeat(256))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> WriteOptions.DEFAULT.idempotent(key));
    }
    nivel.call.append(TURNS, WriteOptions.DEFAULT.idempotent("x".repeat(255)));
  }

  @Test
  void anAppendAndItsKeyAreSyncedInOneStatement() {
    nivel.call.append(turns(25), KEYED);
    nivel.call.append(turns(25));
    nivel.engine.sync().runForced();
    assertThat(nivel.l3.chunks.get(0)).isEqualTo(26);
  }

  @Nested
  class WhenRedisHasLostEverything {
    @Test
    void whatIsNotSyncedIsKnownToTheNode() {
      Receipt first = append();
      nivel.l2.loseEverything();
      nivel.call.last(5);
      assertThat(append().stamps()).isEqualTo(first.stamps());
      assertAppended(first);
    }

    @Test
    void whatIsSyncedIsKnownToL3() {
      Receipt first = append();
      nivel.engine.sync().runForced();
      nivel.pass(Duration.ofMinutes(2));
      nivel.l2.loseEverything();
      Receipt second = append();
      assertThat(second.stamps()).isEqualTo(first.stamps());
      assertAppended(first);
    }

    @Test
    void aConversationThatWasReadIntoRedisBroughtItsKeysAlong() {
      Receipt first = append();
      nivel.engine.sync().runForced();
      nivel.pass(Duration.ofMinutes(2));
      nivel.l2.loseEverything();
      ids();
      nivel.l3.isOut = true;
      assertThat(append().stamps()).isEqualTo(first.stamps());
      nivel.l3.isOut = false;
      assertAppended(first);
    }

    @Test
    void andSupabaseIsOutAKeyCanNotBeJudged() {
      nivel.l3.isOut = true;
      assertThatThrownBy(RepetitionsTest.this::append)
          .asInstanceOf(InstanceOfAssertFactories.type(UnavailableException.class))
          .extracting(UnavailableException::outcome)
          .isEqualTo(Outcome.NOT_APPLIED);
      nivel.l3.isOut = false;
      assertAppended(append());
    }
  }

  @Nested
  class AfterACrashInWhichRedisLostEverything {
    @Test
    void aKeyIsKnownFromTheJournal() {
      Receipt first = append();
      nivel.l2.loseEverything();
      nivel = nivel.crashedAndStartedAgain();
      assertThat(append().stamps()).isEqualTo(first.stamps());
      assertAppended(first);
    }

    @Test
    void andSupabaseIsOutTheKeyIsNotJudgedBeforeItIsBack() {
      Receipt first = append();
      nivel.l2.loseEverything();
      nivel.l3.isOut = true;
      nivel = nivel.crashedAndStartedAgain();
      assertThatThrownBy(RepetitionsTest.this::append).isInstanceOf(UnavailableException.class);
      nivel.l3.isOut = false;
      assertAppended(append());
      assertThat(ids()).isEqualTo(first.stamps());
    }
  }

  @Nested
  class WhenRedisIsOut {
    @Test
    void aRepetitionIsKnownToL3() {
      nivel.openRedisBreaker();
      Receipt first = append();
      assertThat(first.durability()).containsExactly(Durability.SUPABASE);
      Receipt second = append();
      assertThat(second).isEqualTo(new Receipt(first.stamps(), first.durability(), false));
      nivel.pass(Duration.ofMinutes(2));
      nivel.engine.recovery().tendSupabase();
      assertThat(append().stamps()).isEqualTo(first.stamps());
      nivel.healRedis();
      assertThat(append().stamps()).isEqualTo(first.stamps());
      assertAppended(first);
    }

    @Test
    void whatRedisTookBeforeIsKnown() {
      Receipt first = append();
      nivel.openRedisBreaker();
      assertThat(append().stamps()).isEqualTo(first.stamps());
      nivel.healRedis();
      assertAppended(first);
    }

    @Test
    void andOtherNodesLiveAKeyCanNotBeJudged() {
      nivel.l3.nodes().claim("another node");
      nivel.engine.recovery().tendSupabase();
      nivel.openRedisBreaker();
      assertThatThrownBy(RepetitionsTest.this::append).isInstanceOf(UnavailableException.class);
      nivel.call.append(TURNS); // without a key nothing must be judged
    }
  }

  @Nested
  class WhenAReplyIsLost {
    @Test
    void ofRedisTheAppendGoesToL3UnderTheSameStamps() {
      prepare();
      nivel.l2.losesReplyOnce = true;
      Receipt first = append();
      assertAppended(first);
    }

    @Test
    void ofRedisWhileSupabaseIsOutARepetitionFindsTheAppend() {
      prepare();
      nivel.l3.isOut = true;
      nivel.l2.losesReplies = true;
      assertUnknownOutcome();
      nivel.l2.losesReplies = false;
      Receipt second = append();
      nivel.l2.loseEverything(); // what is acknowledged is in the outbox (I1)
      nivel.l3.isOut = false;
      assertAppended(second);
    }

    @Test
    void ofRedisAndRedisDiesTheRepetitionHasTheSameStamps() {
      prepare();
      nivel.l3.isOut = true;
      nivel.l2.losesReplies = true;
      assertUnknownOutcome();
      nivel.l2.losesReplies = false;
      nivel.l3.isOut = false;
      nivel.openRedisBreaker();
      Receipt second = append();
      nivel.healRedis();
      assertAppended(second);
    }

    @Test
    void ofL3AndRedisComesBackTheRepetitionHasTheSameStamps() {
      prepare();
      nivel.l2.isOut = true;
      nivel.l3.losesReplyOnce = true;
      assertUnknownOutcome();
      nivel.l2.isOut = false; // and has not been told yet
      assertAppended(append());
    }

    @Test
    void ofL3AndRedisHasGoneOnTheRepetitionIsFoundInL3() {
      prepare();
      nivel.l2.isOut = true;
      nivel.l3.losesReplyOnce = true;
      assertUnknownOutcome();
      nivel.l2.isOut = false;
      Receipt other = nivel.call.append(json("{}"));
      Receipt second = append();
      assertThat(other.stamp().isNewerThan(second.stamp())).isTrue();
      assertThat(ids()).containsExactlyInAnyOrder(second.stamps().get(0), second.stamps().get(1),
          other.stamp());
      nivel.engine.recovery().tendRedis();
      nivel.engine.sync().runForced();
      assertThat(nivel.inL3().stream().filter(field -> field instanceof Item)).hasSize(3);
    }

    @Test
    void andTheRepetitionIsRefusedBeforeItIsTriedTheOutcomeIsStillUnknown() {
      prepare();
      nivel.l3.isOut = true;
      nivel.l2.losesReplies = true;
      assertUnknownOutcome();
      nivel.l2.losesReplies = false;
      while (nivel.engine.health().supabase().isClosed()) {
        assertThatThrownBy(() -> nivel.engine.sync().runForced())
            .isInstanceOf(UnavailableException.class);
      }
      assertUnknownOutcome(KEYED.durable());
    }

    @Test
    void otherItemsUnderTheKeyAreRefused() {
      prepare();
      nivel.l3.isOut = true;
      nivel.l2.losesReplies = true;
      assertUnknownOutcome();
      nivel.l2.losesReplies = false;
      nivel.l3.isOut = false;
      nivel.openRedisBreaker();
      assertReused();
    }

    @Test
    void andOtherNodesLiveTheOutcomeIsSaidToBeUnknown() {
      prepare();
      nivel.l3.nodes().claim("another node");
      nivel.engine.recovery().tendSupabase();
      nivel.l2.diesAfterWrite = true;
      assertUnknownOutcome();
      nivel.l2.isOut = false;
      assertAppended(append());
    }

    /** Redis knows the conversation as a whole. */
    private void prepare() {
      nivel.call.put("x", json("1"), WriteOptions.DEFAULT.ifAbsent());
      nivel.call.delete("x");
      nivel.engine.sync().runForced();
      assertThat(nivel.l2.conversation(ID).isComplete()).isTrue();
    }
  }
}
