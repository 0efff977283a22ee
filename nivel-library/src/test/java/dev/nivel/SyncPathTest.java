package dev.nivel;

import dev.nivel.OutboxRecord.Settlement;
import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static dev.nivel.EngineFixture.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SyncPathTest {
  private EngineFixture nivel;

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory, "SYNC_BATCH_SIZE", "10", "SYNC_BATCH_MAX", "40");
  }

  /** I11: the ledger is even, whatever a test did. */
  @AfterEach
  void theLedgerIsEven() {
    nivel.assertLedgerIsEven();
  }

  private Entry writtenByAnotherNode(String name, int node, Duration ago) {
    Entry entry = Entry.of(name, Stamp.at(nivel.time.millis() - ago.toMillis(), node), json("1"));
    nivel.l2.write(ID, List.of(entry), Condition.NONE);
    return entry;
  }

  @Test
  void drainsUntilNothingIsPendingInChunksThatGrow() {
    nivel.call.append(turns(100));
    SyncReport report = nivel.engine.sync().runForced();
    assertThat(nivel.l3.chunks).containsExactly(10, 20, 40, 30);
    assertThat(report.synced()).isEqualTo(100);
    assertThat(report.pending()).isZero();
    assertThat(report.batches()).isEqualTo(4);
    assertThat(nivel.inL3()).hasSize(100);
  }

  @Test
  void settlesInL2WhatL3HasCommitted() {
    nivel.call.append(turns(3));
    nivel.call.put("slots", json("1"));
    nivel.engine.sync().runForced();
    assertThat(nivel.l2.unsynced(ID)).isEmpty();
  }

  @Test
  void bringsOnlyTheNewestVersionOfAnEntry() {
    for (int i = 0; i < 5; i++) {
      nivel.call.put("slots", json("" + i));
    }
    SyncReport report = nivel.engine.sync().runForced();
    assertThat(report.synced()).isEqualTo(1);
    assertThat(nivel.ledger().coalesced()).isEqualTo(4);
    assertThat(nivel.l3.entry(ID, "slots").orElseThrow().value()).isEqualTo(json("4"));
  }

  @Test
  void leavesOtherConversationsPendingIfAskedForOne() {
    nivel.call.put("slots", json("1"));
    nivel.conversation("other").put("slots", json("2"));
    assertThat(nivel.engine.sync().runForced(ID, Deadline.NONE).pending()).isEqualTo(1);
    assertThat(nivel.l3.entry(ID, "slots")).isPresent();
    assertThat(nivel.l3.entry("other", "slots")).isEmpty();
    assertThat(nivel.l2.unsynced(ID)).isEmpty();
  }

  @Nested
  class WhenL3HoldsSomethingNewer {
    @Test
    void thatReplacesWhatTheUpperLevelsHave() { // I2
      nivel.call.put("slots", json("older"));
      Entry newer = Entry.of("slots", Stamp.at(nivel.time.millis() + 1_000, 9), json("newer"));
      nivel.l3.write(List.of(new Write(ID, newer)));
      nivel.engine.sync().runForced();
      assertThat(nivel.l3.entry(ID, "slots")).contains(newer);
      assertThat(nivel.l2.entry(ID, "slots").entry()).isEqualTo(newer);
      assertThat(nivel.call.get("slots")).contains(newer);
      assertThat(nivel.ledger().coalesced()).isEqualTo(1);
    }

    @Test
    void underTheSameStampTheLaterWriteIsStampedAnew() {
      Receipt receipt = nivel.call.put("slots", json("mine"));
      Entry other = Entry.of("slots", receipt.stamp(), json("other"));
      nivel.l3.write(List.of(new Write(ID, other)));
      nivel.engine.sync().runForced();
      nivel.engine.sync().runForced();
      Entry stored = nivel.l3.entry(ID, "slots").orElseThrow();
      assertThat(stored.value()).isEqualTo(json("mine"));
      assertThat(stored.stamp().isNewerThan(receipt.stamp())).isTrue();
      assertThat(nivel.call.get("slots")).contains(stored);
    }
  }

  @Nested
  class WhenL3Fails {
    @Test
    void everythingStaysPendingAndTheNextRunBringsIt() { // I1
      nivel.call.append(turns(50));
      nivel.l3.isOut = true;
      assertThatThrownBy(() -> nivel.engine.sync().runForced())
          .isInstanceOf(UnavailableException.class);
      Duration rest = nivel.engine.sync().runInBackground();
      assertThat(rest).isLessThan(Duration.ofSeconds(1));
      assertThat(nivel.ledger().pending()).isEqualTo(50);
      assertThat(nivel.l2.unsynced(ID)).hasSize(50);
      nivel.l3.isOut = false;
      nivel.pass(Duration.ofSeconds(31));
      nivel.engine.recovery().tendSupabase();
      assertThat(nivel.engine.sync().runInBackground()).isEqualTo(Duration.ofMinutes(5));
      assertThat(nivel.inL3()).hasSize(50);
      assertThat(nivel.ledger().pending()).isZero();
    }

    @Test
    void forOneRowForGoodItIsQuarantinedAndItsNeighboursAreStored() {
      nivel.call.append(turns(30));
      Stamp poison = nivel.call.last(13).items().get(0).stamp();
      nivel.l3.isPoison = write -> write.stamp().equals(poison);
      SyncReport report = nivel.engine.sync().runForced();
      assertThat(report.quarantined()).isEqualTo(1);
      assertThat(report.pending()).isZero();
      assertThat(nivel.l3.quarantine).extracting(Write::stamp).containsExactly(poison);
      assertThat(nivel.inL3()).hasSize(29);
      assertThat(nivel.l2.unsynced(ID)).isEmpty();
    }
  }

  @Nested
  class WhenRedisFails {
    @Test
    void whatIsCommittedIsSettledByALaterRun() {
      nivel.call.append(turns(5));
      nivel.l2.isOut = true;
      nivel.engine.sync().runInBackground();
      assertThat(nivel.inL3()).hasSize(5);
      nivel.l2.isOut = false;
      assertThat(nivel.l2.unsynced(ID)).hasSize(5);
      nivel.engine.sync().runInBackground();
      assertThat(nivel.l2.unsynced(ID)).isEmpty();
    }

    @Test
    void whatIsCommittedIsSettledEvenWhenTheOutboxHasForgottenIt() {
      nivel.call.append(turns(5));
      nivel.l2.isOut = true;
      nivel.engine.sync().runInBackground();
      nivel.pass(Duration.ofMinutes(5));
      nivel.l2.isOut = false;
      nivel.engine.sync().runForced();
      assertThat(nivel.l2.unsynced(ID)).isEmpty();
      assertThat(nivel.inL3()).hasSize(5);
    }

    @Test
    void aNodeThatIsAloneStillSyncs() {
      nivel.call.append(turns(5));
      nivel.openRedisBreaker();
      assertThat(nivel.engine.sync().runForced().synced()).isEqualTo(5);
    }
  }

  @Test
  void bringsToRedisWhatThatHasForgottenMeanwhile() { // I9
    nivel.call.put("slots", json("0"));
    List<Write> forgotten = nivel.engine.levels().outbox().allPending();
    nivel.call.put("slots", json("1"));
    nivel.l2.loseEverything();
    nivel.l2.heal(forgotten, true); // as after a failover to a replica that was behind
    nivel.engine.sync().runInBackground();
    assertThat(nivel.l2.entry(ID, "slots").entry())
        .isEqualTo(nivel.l3.entry(ID, "slots").orElseThrow());
    assertThat(nivel.l2.unsynced(ID)).isEmpty();
  }

  @Nested
  class UnsyncedFieldsOfOthers {
    @Test
    void areBroughtToL3ByAForcedSync() {
      writtenByAnotherNode("slots", 9, Duration.ZERO);
      SyncReport report = nivel.engine.sync().runForced();
      assertThat(report.synced()).isEqualTo(1);
      assertThat(nivel.l3.entry(ID, "slots")).isPresent();
      assertThat(nivel.l2.unsynced(ID)).isEmpty();
      assertThat(nivel.ledger().adopted()).isEqualTo(1);
    }

    @Test
    void areBroughtToL3ByAForcedSyncOfTheirConversation() {
      writtenByAnotherNode("slots", 9, Duration.ZERO);
      nivel.engine.sync().runForced(ID, Deadline.NONE);
      assertThat(nivel.l3.entry(ID, "slots")).isPresent();
    }

    @Test
    void areLeftToALivingNode() {
      int other = nivel.l3.nodes().claim("another node").number();
      nivel.engine.recovery().tendSupabase();
      writtenByAnotherNode("slots", other, Duration.ofMinutes(19));
      nivel.engine.sync().runInBackground();
      assertThat(nivel.l3.entry(ID, "slots")).isEmpty();
    }

    @Test
    void areNotLeftForEverToALivingNodeThatDoesNotCare() {
      int other = nivel.l3.nodes().claim("another node").number();
      nivel.engine.recovery().tendSupabase();
      writtenByAnotherNode("slots", other, Duration.ofMinutes(21));
      nivel.engine.sync().runInBackground();
      assertThat(nivel.l3.entry(ID, "slots")).isPresent();
    }

    @Test
    void areAdoptedTwoIntervalsAfterTheirNodeDied() {
      writtenByAnotherNode("young", 9, Duration.ofMinutes(9));
      writtenByAnotherNode("old", 9, Duration.ofMinutes(11));
      nivel.engine.sync().runInBackground();
      assertThat(nivel.l3.entry(ID, "young")).isEmpty();
      assertThat(nivel.l3.entry(ID, "old")).isPresent();
    }

    @Test
    void areAdoptedSoonIfTheyAreOfThisNodesFormerLife() {
      writtenByAnotherNode("slots", nivel.engine.membership().number(), Duration.ofSeconds(11));
      nivel.engine.sync().runInBackground();
      assertThat(nivel.l3.entry(ID, "slots")).isPresent();
    }
  }

  /** Whoever reaches Redis tells it, when the outbox here has forgotten it. */
  @Test
  void whatIsCommittedWhileRedisIsOutIsNotedForIt() { // I4
    nivel.call.put("slots", json("1"));
    nivel.openRedisBreaker();
    nivel.engine.sync().runForced();
    assertThat(nivel.l3.staleInL2(10)).extracting(Write::key).containsExactly("e:slots");
  }

  /** Its breaker has not opened yet. */
  @Test
  void whatIsCommittedWhileRedisFailsIsNotedForIt() { // I4
    nivel.call.put("slots", json("1"));
    nivel.l3.afterChunk = () -> {
      nivel.l2.isOut = true;
    };
    nivel.engine.sync().runInBackground();
    assertThat(nivel.engine.health().isRedisUsed()).isTrue();
    assertThat(nivel.l3.staleInL2(10)).extracting(Write::key).containsExactly("e:slots");
  }

  @Test
  void aKeyedAppendOfAnotherNodeIsAdoptedWithItsKeyFirst() { // I7
    List<Stamp> ids = List.of(Stamp.at(nivel.time.millis(), 9),
        Stamp.at(nivel.time.millis() + 1, 9));
    AppendKey key = AppendKey.of("a-key", turns(2));
    List<Field> fields = new ArrayList<>(List.of(key.at(ids)));
    ids.forEach(id -> fields.add(new Item(id, json("{}"))));
    nivel.engine.sync().runForced();
    nivel.l2.conversation(ID);
    nivel.l2.heal(fields.stream().map(field -> new Write(ID, field)).toList(), true);
    nivel.l3.isOut = true;
    assertThatThrownBy(() -> nivel.engine.sync().runForced(ID, Deadline.NONE))
        .isInstanceOf(UnavailableException.class);
    List<List<OutboxRecord>> groups = nivel.engine.levels()
        .outbox()
        .places((places, all) -> places.unjournaled(10));
    assertThat(groups).hasSize(1);
    assertThat(groups.get(0)).extracting(record -> record.write.field())
        .containsExactlyElementsOf(fields);
  }

  @Nested
  class UnsyncedFieldsOfThisNode {
    private void runLater() {
      nivel.pass(Duration.ofMinutes(11));
      nivel.engine.sync().runInBackground();
      assertThat(nivel.l2.unsynced(ID)).isEmpty();
    }

    @Test
    void areSettledEvenIfRedisWasOutForLongWhenTheyWereCommitted() { // I9
      nivel.call.put("slots", json("1"));
      nivel.openRedisBreaker();
      nivel.engine.sync().runInBackground();
      nivel.pass(Duration.ofSeconds(61));
      nivel.call.put("other", json("1")); // makes the outbox forget what is old
      nivel.healRedis();
      runLater();
    }

    @Test
    void areBroughtToL3EvenIfTheirReplyNeverCame() {
      nivel.l3.isOut = true;
      nivel.l2.losesReplies = true;
      assertThatThrownBy(() -> nivel.call.put("slots", json("1")))
          .isInstanceOf(UnavailableException.class);
      nivel.l2.losesReplies = false;
      nivel.l3.isOut = false;
      runLater();
      assertThat(nivel.l3.entry(ID, "slots")).isPresent();
    }

    @Test
    void areSettledEvenIfRedisWasOfferedThemAgainWhileTheyWereCommitted() {
      nivel.call.put("slots", json("1"));
      Outbox outbox = nivel.engine.levels().outbox();
      List<Write> offered = outbox.allPending();
      nivel.engine.sync().runInBackground();
      nivel.l2.loseEverything();
      nivel.l2.heal(offered, true); // the end of an offer that began before the sync
      outbox.settle(offered, Settlement.OPEN);
      nivel.engine.sync().runInBackground();
      assertThat(nivel.l2.unsynced(ID)).isEmpty();
    }
  }

  @Test
  void endsThoughAnEntryIsWrittenAllTheTime() { // I8
    assertEndsThough(() -> nivel.call.put("state", json("again")));
  }

  @Test
  void endsThoughItemsAreAppendedAllTheTime() { // I8
    assertEndsThough(() -> nivel.call.append(turns(1)));
  }

  private void assertEndsThough(Runnable writing) {
    nivel.call.put("state", json("0"));
    nivel.l3.afterChunk = () -> {
      if (nivel.l3.chunks.size() < 10) { // a run that does not end would not fail
        writing.run();
      }
    };
    nivel.engine.sync().runForced();
    assertThat(nivel.l3.chunks).hasSize(1);
  }

  @Test
  void sendsNoMoreThanSoManyBytesAtATime() { // I8
    String long1 = "\"" + "x".repeat(1 << 20) + "\"";
    Outbox outbox = new Outbox(1L << 30, nivel.time);
    for (int i = 1; i <= 10; i++) {
      outbox.acknowledge(ID, List.of(Entry.of("e" + i, new Stamp(i), json(long1))), null);
    }
    OutboxIndex.Chunk chunk = outbox.pending(new ChunkSize(10, 10),
        new OutboxIndex.Range(0, outbox.mark()),
        write -> true);
    assertThat(chunk.writes()).hasSize(3);
    assertThat(outbox.pending(new ChunkSize(10, 10), chunk.rest(), write -> true).writes())
        .hasSize(3);
  }

  @Test
  void whatAConversationLostByItsErasureDoesNotComeBack() { // I5
    nivel.call.append(turns(3));
    List<Item> before = nivel.call.last(3).items();
    nivel.call.erase();
    before.forEach(item -> nivel.engine.levels().outbox().adopt(new Write(ID, item)));
    nivel.l2.heal(before.stream().map(item -> new Write(ID, (Field) item)).toList(), true);
    nivel.engine.sync().runForced();
    assertThat(nivel.inL3()).isEmpty();
    assertThat(nivel.l2.conversation(ID).items()).isEmpty();
    assertThat(nivel.call.last(3).items()).isEmpty();
  }
}
