package dev.nivel;

import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.Quarantined;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Value;
import dev.nivel.store.Write;
import java.nio.file.Path;
import java.time.Duration;
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

class QuarantinePathTest {
  private EngineFixture nivel;
  private QuarantinePath quarantine;

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory);
    quarantine = nivel.engine.quarantine();
  }

  /** I11: the ledger is even, whatever a test did. */
  @AfterEach
  void theLedgerIsEven() {
    nivel.assertLedgerIsEven();
  }

  private List<Quarantined> rows() {
    return quarantine.list(0, 1_000);
  }

  /** What is written now, L3 refuses for good; from then on it takes everything. */
  private void syncAsPoison() {
    nivel.l3.isPoison = write -> true;
    nivel.engine.sync().runForced();
    nivel.l3.isPoison = write -> false;
  }

  private void assertLedger(long synced, long coalesced, long quarantined) {
    Ledger.Counts ledger = nivel.ledger();
    assertThat(List.of(ledger.synced(), ledger.coalesced(), ledger.quarantined()))
        .containsExactly(synced, coalesced, quarantined);
  }

  @Nested
  class ARetry {
    @Test
    void storesTheFieldUnderItsOwnStampAndEndsItsQuarantine() { // I1
      Stamp stamp = nivel.call.put("slots", json("1")).stamp();
      syncAsPoison();
      assertLedger(0, 0, 1);
      RetryReport report = quarantine.retry(rows().get(0).id()).orElseThrow();
      assertThat(report.synced()).isEqualTo(1);
      assertThat(report.refused()).isEmpty();
      assertThat(nivel.l3.entry(ID, "slots")).contains(Entry.of("slots", stamp, json("1")));
      assertThat(rows()).isEmpty();
      assertThat(nivel.l2.unsynced(ID)).isEmpty();
      assertLedger(1, 0, 0);
    }

    @Test
    void bringsTheFieldBackToRedisAndMemoryWhereTheyHaveForgottenIt() {
      nivel.call.append(turns(1));
      nivel.call.put("slots", json("1"));
      syncAsPoison();
      nivel.l2.loseEverything();
      nivel.engine.levels().l1().expire();
      assertThat(nivel.call.get("slots")).isEmpty(); // and now the levels believe so
      assertThat(nivel.call.last(9).items()).isEmpty();
      assertThat(quarantine.retry(0, 10).synced()).isEqualTo(2);
      assertThat(nivel.call.get("slots")).map(Entry::value).contains(json("1"));
      assertThat(nivel.call.last(9).items()).hasSize(1);
      assertThat(nivel.l2.entry(ID, "slots").entry()).isNotNull();
    }

    @Test
    void leavesWhatIsRefusedStillWithItsNewReasonAndStoresItsNeighbours() {
      nivel.call.append(turns(30));
      syncAsPoison();
      Quarantined poison = rows().get(12);
      nivel.l3.isPoison = write -> write.stamp().equals(poison.stamp());
      nivel.l3.poisonReason = "another reason";
      RetryReport report = quarantine.retry(0, 100);
      assertThat(report.synced()).isEqualTo(29);
      assertThat(report.refused()).containsExactly(poison.because("another reason"));
      assertThat(rows()).isEqualTo(report.refused());
      assertThat(nivel.inL3()).hasSize(29);
      assertLedger(29, 0, 1);
    }

    @Test
    void leavesWhatIsNewerInL3() { // I2
      nivel.call.put("slots", json("older"));
      syncAsPoison();
      Stamp newer = nivel.call.put("slots", json("newer")).stamp();
      nivel.engine.sync().runForced();
      RetryReport report = quarantine.retry(0, 10);
      assertThat(report.synced()).isZero();
      assertThat(report.coalesced()).isEqualTo(1);
      assertThat(rows()).isEmpty();
      assertThat(nivel.l3.entry(ID, "slots"))
          .contains(Entry.of("slots", newer, json("newer")));
      assertThat(nivel.call.get("slots")).map(Entry::value).contains(json("newer"));
      assertLedger(1, 1, 0);
    }

    @Test
    void ofTwoVersionsOfAFieldEndsWithTheNewer() {
      nivel.call.put("slots", json("1"));
      syncAsPoison();
      nivel.call.put("slots", json("2"));
      syncAsPoison();
      assertThat(rows()).hasSize(2);
      assertThat(quarantine.retry(0, 10).synced()).isEqualTo(2);
      assertThat(nivel.l3.entry(ID, "slots")).map(Entry::value).contains(json("2"));
      assertThat(nivel.l3.chunks).endsWith(1, 1); // no field is twice in a statement
      assertLedger(2, 0, 0);
    }

    @Test
    void isDoneInChunksOfBoundedBytes() {
      Value large = json("\"" + "x".repeat((1 << 20) - 2) + "\"");
      for (int i = 0; i < 6; i++) {
        nivel.conversation("call " + i).put("slots", large);
      }
      syncAsPoison();
      assertThat(quarantine.retry(0, 10).synced()).isEqualTo(6);
      assertThat(nivel.l3.chunks).endsWith(4, 2);
    }

    @Test
    void isDoneInPages() {
      nivel.call.append(turns(5));
      syncAsPoison();
      RetryReport first = quarantine.retry(0, 3);
      assertThat(first.synced()).isEqualTo(3);
      assertThat(first.hasMore()).isTrue();
      RetryReport second = quarantine.retry(first.last(), 3);
      assertThat(second.synced()).isEqualTo(2);
      assertThat(second.hasMore()).isFalse();
      assertThat(quarantine.retry(second.last(), 3).last()).isZero();
    }

    @Test
    void ofARowThatIsNotThereIsEmpty() {
      nivel.call.put("slots", json("1"));
      syncAsPoison();
      long id = rows().get(0).id();
      assertThat(quarantine.retry(id + 1)).isEmpty();
      assertThat(quarantine.retry(id - 1)).isEmpty();
      assertThat(rows()).hasSize(1);
      assertThat(quarantine.retry(id)).isPresent();
      assertThat(quarantine.retry(id)).isEmpty();
    }

    @Test
    void doesNotBringBackWhatWasErased() { // I5
      nivel.call.put("slots", json("1"));
      syncAsPoison();
      Write erased = nivel.l3.quarantine.get(0);
      nivel.call.erase();
      assertThat(rows()).isEmpty();
      assertLedger(0, 1, 0);
      nivel.l3.quarantine(erased, 3, "a node that had it in flight");
      assertThat(rows()).isEmpty();
      assertThat(nivel.inL3()).isEmpty();
      assertThat(nivel.call.get("slots")).isEmpty();
    }

    @Test
    void ofWhatAnotherNodeOrAFormerLifeQuarantinedCountsItAsAdopted() {
      Field field = Entry.of("slots", Stamp.at(nivel.time.millis(), 9), json("1"));
      nivel.l3.quarantine(new Write(ID, field), 9, "a reason");
      assertThat(quarantine.retry(0, 10).synced()).isEqualTo(1);
      assertThat(nivel.ledger().adopted()).isEqualTo(1);
      assertLedger(1, 0, 0);
    }
  }

  @Nested
  class WhenAStoreFails {
    private long quarantined() {
      nivel.call.append(turns(3));
      syncAsPoison();
      return rows().get(0).id();
    }

    @Test
    void forL3TheRowsStay() {
      quarantined();
      nivel.l3.isOut = true;
      assertThatThrownBy(() -> quarantine.retry(0, 10)).isInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> quarantine.drop(0, 10)).isInstanceOf(UnavailableException.class);
      nivel.l3.isOut = false;
      assertThat(rows()).hasSize(3);
      assertLedger(0, 0, 3);
    }

    @Test
    void forRedisOnTheWayTheRowsStayAndTheNextRetryTellsIt() {
      quarantined();
      nivel.l2.loseEverything();
      nivel.engine.levels().l1().expire();
      assertThat(nivel.call.last(9).items()).isEmpty();
      nivel.l2.isOut = true;
      assertThatThrownBy(() -> quarantine.retry(0, 10)).isInstanceOf(UnavailableException.class);
      assertThat(rows()).hasSize(3);
      assertLedger(0, 0, 3);
      nivel.l2.isOut = false;
      assertThat(quarantine.retry(0, 10).synced()).isEqualTo(3);
      assertThat(nivel.call.last(9).items()).hasSize(3);
      assertLedger(3, 0, 0);
    }

    @Test
    void forRedisBeforeNothingIsDone() {
      long id = quarantined();
      nivel.openRedisBreaker();
      assertThatThrownBy(() -> quarantine.retry(id)).isInstanceOf(UnavailableException.class)
          .hasMessageContaining("Redis is out");
      assertThat(nivel.inL3()).isEmpty();
      nivel.healRedis();
      assertThat(quarantine.retry(id)).isPresent();
    }
  }

  @Nested
  class Dropping {
    @Test
    void givesTheFieldUp() {
      nivel.call.append(turns(2));
      syncAsPoison();
      long id = rows().get(0).id();
      assertThat(quarantine.drop(id)).isTrue();
      assertThat(quarantine.drop(id)).isFalse();
      assertThat(rows()).hasSize(1);
      assertThat(nivel.inL3()).isEmpty();
      assertLedger(0, 1, 1);
    }

    @Test
    void isDoneInPages() {
      nivel.call.append(turns(5));
      syncAsPoison();
      DropReport first = quarantine.drop(0, 3);
      assertThat(first).isEqualTo(new DropReport(3, first.last(), true));
      assertThat(quarantine.drop(first.last(), 3).dropped()).isEqualTo(2);
      assertThat(quarantine.drop(0, 3)).isEqualTo(new DropReport(0, 0, false));
      assertLedger(0, 5, 0);
    }

    @Test
    void ofWhatAnotherNodeQuarantinedIsNotThisNodesToCount() {
      Field field = new Item(Stamp.at(nivel.time.millis(), 9), json("1"));
      nivel.l3.quarantine(new Write(ID, field), 9, "a reason");
      assertThat(quarantine.drop(0, 3).dropped()).isEqualTo(1);
      assertLedger(0, 0, 0);
    }
  }

  @Nested
  class WhatAnotherNodeHasRetriedOrDropped {
    @Test
    void isCountedAsQuarantinedHereNoMore() {
      nivel.call.append(turns(3));
      syncAsPoison();
      nivel.l3.dropQuarantined(List.of(rows().get(0).id(), rows().get(2).id()));
      quarantine.reconcile();
      assertLedger(0, 2, 1);
    }

    @Test
    void isFoundOutOnceL3Answers() {
      nivel.call.append(turns(3));
      syncAsPoison();
      nivel.l3.dropQuarantined(List.of(rows().get(0).id()));
      nivel.l3.isOut = true;
      quarantine.reconcile();
      assertLedger(0, 0, 3);
      nivel.l3.isOut = false;
      quarantine.reconcile();
      assertLedger(0, 1, 2);
    }
  }

  @Test
  void whatIsAdoptedAndRefusedOnceMoreIsCountedOnce() {
    nivel.call.put("slots", json("1"));
    nivel.l3.isPoison = write -> true;
    nivel.l2.isOut = true; // so that Redis keeps it as unsynced
    nivel.engine.sync().runInBackground();
    nivel.l2.isOut = false;
    nivel.pass(Duration.ofMinutes(1));
    nivel.engine.sync().runForced();
    assertThat(nivel.ledger().adopted()).isEqualTo(1);
    assertThat(rows()).hasSize(1);
    assertLedger(0, 1, 1);
    nivel.l3.isPoison = write -> false;
    assertThat(quarantine.retry(0, 10).synced()).isEqualTo(1);
    assertLedger(1, 1, 0);
  }
}
