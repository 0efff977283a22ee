package dev.nivel;

import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static dev.nivel.EngineFixture.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is erased, on one node of several, and while a store is out (I5, I12). */
class ErasePathTest {
  private EngineFixture nivel;

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory);
  }

  @Test
  void aNodeErasesWhatAnotherNodeWasAskedToErase() { // I12
    nivel.call.append(turns(3));
    nivel.call.last(3);
    Stamp stamp = Stamp.at(nivel.time.millis() + 10_000, 9);
    nivel.l3.erase(ID, stamp);
    nivel.engine.recovery().tendSupabase();
    assertThat(nivel.engine.levels().outbox().of(ID)).isEmpty();
    assertThat(nivel.l2.conversation(ID).isEmpty()).isTrue();
    assertThat(nivel.call.last(3).items()).isEmpty();
    assertThat(nivel.engine.erasure().receipt(stamp).orElseThrow().isComplete()).isTrue();
  }

  @Test
  void anErasureWhileRedisIsOutIsFinishedWhenItIsBack() {
    nivel.call.append(turns(3));
    nivel.openRedisBreaker();
    EraseReceipt receipt = nivel.call.erase();
    assertThat(receipt.isComplete()).isFalse();
    assertThat(receipt.open()).contains("l2");
    assertThat(nivel.call.all().isFound()).isFalse();
    nivel.healRedis();
    nivel.engine.recovery().tendSupabase();
    assertThat(nivel.engine.erasure().receipt(receipt.stamp()).orElseThrow().isComplete())
        .isTrue();
    assertThat(nivel.l2.conversation(ID).isEmpty()).isTrue();
  }

  @Test
  void whatWasErasedWhileRedisWasOutIsGoneBeforeAnybodyReadsIt() { // I5
    nivel.call.append(turns(3));
    nivel.openRedisBreaker();
    nivel.call.erase();
    nivel.healRedis();
    assertThat(nivel.l2.conversation(ID).isEmpty()).isTrue();
  }

  @Test
  void anErasureIsNewerThanWhatANodeAcknowledgedWhoseClockIsAhead() { // I5
    Entry ahead = Entry.of("slots", Stamp.at(nivel.time.millis() + 5_000, 9), json("1"));
    nivel.l2.write(ID, List.of(ahead), Condition.NONE);
    assertThat(nivel.call.erase().stamp().isNewerThan(ahead.stamp())).isTrue();
    assertThat(nivel.call.get("slots")).isEmpty();
  }

  @Test
  void whatAnotherNodeErasedLeavesTheOutboxWithItsMessage() {
    nivel.call.append(turns(3));
    nivel.l2.tellErasure(ID, nivel.call.last(3).items().get(2).stamp());
    assertThat(nivel.engine.levels().outbox().of(ID)).isEmpty();
  }

  @Test
  void anErasureWaitsForANodeThatDiedAndMayHaveItInItsJournal() { // I12
    int other = nivel.l3.nodes().claim("another node").number();
    nivel.l3.kill("another node");
    nivel.call.append(turns(3));
    nivel.openRedisBreaker(); // so that nobody waits for a receipt
    EraseReceipt receipt = nivel.call.erase();
    assertThat(receipt.open()).contains("node " + other);
    nivel.healRedis();
    nivel.engine.recovery().tendSupabase();
    assertThat(nivel.engine.erasure().receipt(receipt.stamp()).orElseThrow().open())
        .containsExactly("node " + other);
    nivel.l3.nodes().confirmErase(receipt.stamp(), other);
    assertThat(nivel.engine.erasure().receipt(receipt.stamp()).orElseThrow().isComplete())
        .isTrue();
  }

  @Test
  void anErasureIsRefusedWhileSupabaseIsOut() {
    nivel.call.append(turns(3));
    nivel.l3.isOut = true;
    assertThatThrownBy(nivel.call::erase).isInstanceOf(UnavailableException.class);
    assertThat(nivel.call.last(3).items()).hasSize(3);
  }

  /** I1: a Redis that has lost the erasure takes older ones, and nobody would keep them. */
  @Test
  void aWriteAfterAnErasureOfAnotherNodeIsNewerThanIt() {
    Stamp stamp = Stamp.at(nivel.time.millis() + 10_000, 9);
    nivel.l3.erase(ID, stamp);
    nivel.engine.recovery().tendSupabase();
    nivel.l2.loseEverything();
    assertThat(nivel.call.put("slots", json("1")).stamp().isNewerThan(stamp)).isTrue();
    Stamp told = Stamp.at(nivel.time.millis() + 20_000, 9);
    nivel.l2.tellErasure(ID, told);
    assertThat(nivel.call.put("slots", json("2")).stamp().isNewerThan(told)).isTrue();
  }

  @Test
  void aWriteThatIsSlowToBeAcknowledgedDoesNotUndoAnErasure() { // I5
    nivel.call.put("slots", json("0"));
    nivel.l2.afterWriteOnce = () -> {
      nivel.call.erase();
      assertThat(nivel.call.all().isFound()).isFalse(); // which L1 knows then
    };
    nivel.call.put("slots", json("1"));
    assertThat(nivel.call.get("slots")).isEmpty();
    nivel.l2.afterWriteOnce = () -> {
      nivel.call.erase();
      assertThat(nivel.call.all().isFound()).isFalse();
    };
    nivel.call.append(turns(1));
    assertThat(nivel.call.last(1).items()).isEmpty();
    assertThat(nivel.engine.levels().outbox().of(ID)).isEmpty();
  }

  /** A Redis that has lost the erasure is offered it by a node that has not heard of it. */
  private void bringBackWhatIsErased() {
    nivel.call.append(turns(3));
    List<Write> before = nivel.call.last(3).items().stream().map(i -> new Write(ID, i)).toList();
    nivel.call.erase();
    nivel.l2.loseEverything();
    nivel.l2.heal(before, true);
    nivel.pass(Duration.ofHours(1));
    nivel.l3.chunks.clear();
  }

  private SyncReport sync(boolean isOfOneConversation) {
    return isOfOneConversation ? nivel.engine.sync().runForced(ID, Deadline.NONE)
        : nivel.engine.sync().runForced();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSyncErasesInRedisWhatIsErasedInsteadOfAdoptingIt(boolean isOfOneConversation) { // I12
    bringBackWhatIsErased();
    Ledger.Counts before = nivel.ledger();
    sync(isOfOneConversation);
    assertThat(nivel.l2.conversation(ID).isEmpty()).isTrue();
    assertThat(nivel.l2.unsynced(ID)).isEmpty();
    assertThat(nivel.ledger()).isEqualTo(before);
    assertThat(nivel.l3.chunks).isEmpty(); // nothing to judge
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatCouldNotBeErasedInRedisIsErasedByTheNextSync(boolean isOfOneConversation) { // I12
    bringBackWhatIsErased();
    nivel.redisLine.failOnce = "erase";
    assertThatThrownBy(() -> sync(isOfOneConversation)).isInstanceOf(UnavailableException.class);
    assertThat(nivel.l2.unsynced(ID)).hasSize(3);
    assertThat(nivel.engine.levels().outbox().hasUnjudged()).isFalse();
    sync(isOfOneConversation);
    assertThat(nivel.l2.unsynced(ID)).isEmpty();
    assertThat(nivel.l3.chunks).isEmpty();
  }

  private Write unsyncedInRedis(String conversation) {
    Write write = new Write(conversation,
        Entry.of("slots", Stamp.at(nivel.time.millis(), 7), json("new")));
    nivel.l2.heal(List.of(write), true);
    nivel.pass(Duration.ofMinutes(1));
    return write;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSyncAdoptsWhatIsNewerThanTheErasure(boolean isOfOneConversation) { // I1
    bringBackWhatIsErased();
    Write newer = unsyncedInRedis(ID);
    sync(isOfOneConversation);
    assertThat(nivel.inL3()).hasSize(1);
    assertThat(nivel.l2.conversation(ID).fields()).containsExactly(newer.field());
    assertThat(nivel.l2.unsynced(ID)).isEmpty();
  }

  @Test
  void whatCouldNotBeErasedInRedisHoldsUpNothingOfOthers() { // I8
    bringBackWhatIsErased();
    Write other = unsyncedInRedis("another");
    nivel.redisLine.failOnce = "erase";
    assertThatThrownBy(() -> sync(false)).isInstanceOf(UnavailableException.class);
    assertThat(nivel.l3.chunks).isNotEmpty();
    assertThat(nivel.l3.conversations(List.of("another")))
        .hasEntrySatisfying("another", of -> assertThat(of.fields())
            .containsExactly(other.field()));
  }

  @Test
  void aWriteAfterAnErasureIsKept() {
    nivel.call.append(turns(3));
    assertThat(nivel.call.erase().isComplete()).isTrue();
    nivel.call.put("slots", json("new"));
    nivel.engine.sync().runForced();
    assertThat(nivel.inL3()).hasSize(1);
    assertThat(nivel.call.all().entries()).containsOnlyKeys("slots");
    assertThat(nivel.call.all().items()).isEmpty();
  }
}
