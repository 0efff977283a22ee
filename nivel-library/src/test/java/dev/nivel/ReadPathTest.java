package dev.nivel;

import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.L2;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static dev.nivel.EngineFixture.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ReadPathTest {
  private EngineFixture nivel;

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory);
  }

  private Field stored(String name, String value) {
    Entry entry = Entry.of(name, Stamp.at(nivel.time.millis(), 9), json(value));
    nivel.l3.write(List.of(new Write(ID, entry)));
    return entry;
  }

  @Nested
  class AnEntry {
    @Test
    void comesFromL3ThenFromL1() {
      stored("slots", "1");
      assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L3);
      assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L1);
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("1"));
    }

    @Test
    void thatL3HeldIsPromotedToL2() {
      stored("slots", "1");
      nivel.call.read("slots");
      nivel.engine.levels().l1().expire();
      assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L2);
      assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L1);
    }

    @Test
    void thatIsNowhereIsRememberedAsAbsentForSeconds() {
      assertThat(nivel.call.read("slots").entry()).isEmpty();
      int before = nivel.l3.calls.get();
      assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L1);
      assertThat(nivel.l3.calls.get()).isEqualTo(before);
      nivel.pass(Duration.ofSeconds(6));
      assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L3);
    }

    @Test
    void thatACompleteConversationLacksNeedsNoLowerLevel() {
      stored("other", "1");
      nivel.call.all();
      Answer answer = nivel.call.read("slots");
      assertThat(answer.entry()).isEmpty();
      assertThat(answer.level()).isEqualTo(Level.L1);
    }

    @Test
    void expiresAtEveryLevel() {
      nivel.call.put("slots", json("1"),
          WriteOptions.DEFAULT.expiringAfter(Duration.ofSeconds(10)));
      assertThat(nivel.call.get("slots")).isPresent();
      nivel.pass(Duration.ofSeconds(11));
      assertThat(nivel.call.get("slots")).isEmpty();
      nivel.engine.levels().l1().expire();
      assertThat(nivel.call.get("slots")).isEmpty();
      nivel.engine.sync().runForced();
      nivel.l2.loseEverything();
      nivel.engine.levels().l1().expire();
      assertThat(nivel.call.get("slots")).isEmpty();
    }

    @Test
    void thatThisNodeWroteIsSeenWhateverL2HasLost() {
      nivel.call.put("slots", json("1"));
      nivel.l2.loseEverything();
      nivel.engine.levels().l1().expire();
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("1"));
    }

    @Test
    void thatWasReadBeforeAWriteIsNotKeptAfterIt() {
      stored("slots", "1");
      nivel.l3.beforeReply = () -> {
        nivel.l3.beforeReply = () -> {};
        nivel.call.put("slots", json("2"));
      };
      nivel.call.read("slots");
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("2"));
      nivel.engine.levels().l1().expire();
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("2"));
    }

    @Test
    void thatAnotherNodeChangedIsFetchedAnew() {
      nivel.call.put("slots", json("1"));
      Entry other = Entry.of("slots", nivel.call.get("slots").orElseThrow().stamp().next(9),
          json("2"));
      nivel.engine.levels().l2().heal(List.of(new Write(ID, other)), true);
      nivel.l2.tellChange(ID, other);
      assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L2);
      assertThat(nivel.call.get("slots")).contains(other);
    }
  }

  @Nested
  class Loads {
    @Test
    void areSharedByCallersWhoWantTheSame() throws Exception {
      stored("slots", "1");
      CountDownLatch loading = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      nivel.l2.beforeReply = () -> {
        loading.countDown();
        await(goOn);
      };
      CompletableFuture<Answer> first = CompletableFuture
          .supplyAsync(() -> nivel.call.read("slots"));
      await(loading);
      List<Thread> others = new ArrayList<>();
      List<Answer> answers = java.util.Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < 20; i++) {
        Thread other = new Thread(() -> answers.add(nivel.call.read("slots")));
        other.start();
        others.add(other);
      }
      for (Thread other : others) {
        org.awaitility.Awaitility.await()
            .until(() -> other.getState() == Thread.State.TIMED_WAITING);
      }
      goOn.countDown();
      for (Thread other : others) {
        other.join();
      }
      assertThat(first.get(10, TimeUnit.SECONDS).level()).isEqualTo(Level.L3);
      assertThat(answers).hasSize(20);
      assertThat(nivel.engine.metrics().l3().latency()).isNotNull();
      assertThat(nivel.l2.calls.get()).isLessThan(10);
    }

    private static void await(CountDownLatch latch) {
      try {
        if (!latch.await(30, TimeUnit.SECONDS)) {
          throw new AssertionError("nobody came");
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Nested
  class Items {
    @Test
    void comeInTheirOrder() {
      nivel.call.append(turns(5));
      ItemsPage page = nivel.call.last(3);
      assertThat(page.items()).extracting(item -> item.value().text())
          .containsExactly("{\"turn\":2}", "{\"turn\":3}", "{\"turn\":4}");
      assertThat(page.hasMore()).isTrue();
      assertThat(nivel.call.last(5).hasMore()).isFalse();
    }

    @Test
    void thatAreAppendedReachTheLogInL1() {
      nivel.call.append(turns(2));
      nivel.call.last(1);
      Receipt receipt = nivel.call.append(json("{}"));
      ItemsPage page = nivel.call.last(10);
      assertThat(page.level()).isEqualTo(Level.L1);
      assertThat(page.items()).hasSize(3);
      assertThat(page.items().get(2).stamp()).isEqualTo(receipt.stamp());
    }

    @Test
    void ofAnUnknownConversationAreNone() {
      ItemsPage page = nivel.call.last(10);
      assertThat(page.items()).isEmpty();
      assertThat(page.hasMore()).isFalse();
    }
  }

  @Nested
  class WhenSupabaseIsOut {
    @Test
    void aLoadThatFailsLeavesTheRightToFillToOthers() {
      nivel.l3.isOut = true;
      assertThatThrownBy(() -> nivel.call.get("slots")).isInstanceOf(UnavailableException.class);
      assertThat(nivel.l2.beginFill(ID)).isPresent();
      nivel.l2.loseEverything();
      assertThatThrownBy(() -> nivel.call.last(5)).isInstanceOf(UnavailableException.class);
      assertThat(nivel.l2.beginFill(ID)).isPresent();
    }

    @Test
    void aFailureIsNeverReportedAsAMiss() { // I3
      nivel.l3.isOut = true;
      assertThatThrownBy(() -> nivel.call.get("slots"))
          .isInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> nivel.call.last(5)).isInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> nivel.call.all()).isInstanceOf(UnavailableException.class);
    }

    @Test
    void whatRedisHoldsIsReturnedAndSaidToBeStaleIfOlderPartsMayBeMissing() {
      nivel.call.append(turns(3));
      nivel.l3.isOut = true;
      ItemsPage page = nivel.call.last(5);
      assertThat(page.items()).hasSize(3);
      assertThat(page.isStale()).isTrue();
    }

    @Test
    void whatRedisKnowsForSureIsNotSaidToBeStale() {
      nivel.call.put("slots", json("1"));
      nivel.engine.levels().l1().expire();
      nivel.l3.isOut = true;
      Answer answer = nivel.call.read("slots");
      assertThat(answer.level()).isEqualTo(Level.L2);
      assertThat(answer.isStale()).isFalse();
    }
  }

  /** As after a pause of the process, or while Redis is frozen. */
  @Nested
  class WhenOthersHaveNotBeenHeardForFourSeconds {
    @BeforeEach
    void writeUnheard() {
      nivel.call.put("slots", json("1"));
      nivel.call.append(json("{}"));
      nivel.call.all();
      long heardAtNanos = nivel.time.nanos();
      nivel.l2.heardAtNanos = () -> heardAtNanos;
      nivel.l2.listen(L2.Listener.NONE); // whose messages are lost
      nivel.pass(Duration.ofSeconds(3));
      assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L1);
      nivel.pass(Duration.ofSeconds(1));
    }

    @Test
    void l2IsAskedInPlaceOfL1() { // I4
      assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L2);
      assertThat(nivel.call.last(1).level()).isEqualTo(Level.L2);
      assertThat(nivel.call.all().level()).isEqualTo(Level.L2);
      assertThat(nivel.engine.preloads().preload(List.of(ID)).get(0).source()).isEqualTo(Level.L2);
    }

    @Test
    void l1AnswersAgainOnceTheyHave() {
      nivel.l2.heardAtNanos = nivel.time::nanos;
      assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L1);
    }
  }

  /** What another node wrote is in Redis alone, and a single read of Redis fails (I4). */
  @Nested
  class WhenRedisFailsOneRead {
    @BeforeEach
    void failOnce() {
      stored("slots", "1");
      Stamp newer = Stamp.at(nivel.time.millis() + 1, 9);
      nivel.l2.write(ID, List.of(Entry.of("slots", newer, json("2"))), Condition.NONE);
      nivel.l2.write(ID, List.of(new Item(newer, json("{}"))), Condition.NONE);
      nivel.l3.nodes().claim("another node");
      nivel.engine.recovery().tendSupabase();
      nivel.l2.failOnce = true;
    }

    @Test
    void anEntryFromL3IsSaidToBeStaleAndNotKept() {
      Answer answer = nivel.call.read("slots");
      assertThat(answer.level()).isEqualTo(Level.L3);
      assertThat(answer.isStale()).isTrue();
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("2"));
    }

    @Test
    void itemsFromL3AreSaidToBeStaleAndNotKept() {
      assertThat(nivel.call.last(9).isStale()).isTrue();
      assertThat(nivel.call.last(9).items()).hasSize(1);
    }
  }

  @Nested
  class WhenRedisIsOut {
    @Test
    void readsGoToL3AndTheOutbox() {
      stored("stored", "1");
      nivel.call.put("unsynced", json("2"));
      nivel.openRedisBreaker();
      assertThat(nivel.call.read("stored").level()).isEqualTo(Level.L3);
      assertThat(nivel.call.get("unsynced").orElseThrow().value()).isEqualTo(json("2"));
      assertThat(nivel.call.all().entries()).containsOnlyKeys("stored", "unsynced");
    }

    @Test
    void aNodeAloneAnswersWithoutDoubt() {
      stored("stored", "1");
      nivel.openRedisBreaker();
      assertThat(nivel.call.read("stored").isStale()).isFalse();
    }

    @Test
    void aNodeAmongOthersSaysThatItsAnswersMayBeStale() {
      nivel.l3.nodes().claim("another node");
      nivel.engine.recovery().tendSupabase();
      stored("stored", "1");
      nivel.openRedisBreaker();
      assertThat(nivel.call.read("stored").isStale()).isTrue();
    }

    @Test
    void aSingleFailureBeforeTheBreakerOpensIsNotNoticed() {
      stored("stored", "1");
      nivel.l2.isOut = true;
      assertThat(nivel.call.get("stored")).isPresent();
      assertThat(nivel.engine.health().isRedisUsed()).isTrue();
    }

    @Test
    void andSupabaseTooL1AnswersAndSaysSo() {
      nivel.call.put("slots", json("1"));
      nivel.engine.sync().runForced();
      nivel.pass(Duration.ofSeconds(61));
      nivel.openRedisBreaker();
      nivel.l3.isOut = true;
      Answer answer = nivel.call.read("slots");
      assertThat(answer.entry().orElseThrow().value()).isEqualTo(json("1"));
      assertThat(answer.isStale()).isTrue();
    }
  }

  @Test
  void everyReadIsCountedOnce() { // I11
    stored("slots", "1");
    nivel.call.get("slots");
    nivel.call.get("slots");
    nivel.call.get("none");
    nivel.call.last(5);
    nivel.call.all();
    nivel.conversation("other").all();
    nivel.l3.isOut = true;
    assertThatThrownBy(() -> nivel.conversation("third").get("x"))
        .isInstanceOf(UnavailableException.class);
    Metrics metrics = nivel.engine.metrics();
    assertThat(metrics.reads().total()).isEqualTo(7);
    assertThat(metrics.reads().errors()).isEqualTo(1);
    assertThat(metrics.reads().hits())
        .isEqualTo(metrics.l1().hits() + metrics.l2().hits() + metrics.l3().hits())
        .isEqualTo(3);
  }
}
