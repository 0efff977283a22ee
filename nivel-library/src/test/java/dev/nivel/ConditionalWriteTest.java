package dev.nivel;

import dev.nivel.store.Entry;
import dev.nivel.store.RejectedException;
import dev.nivel.store.RejectedException.Reason;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import java.lang.Thread.State;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ConditionalWriteTest {
  private EngineFixture nivel;

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory);
  }

  @Test
  void isJudgedByWhatL3HoldsIfRedisDoesNotKnow() {
    Entry stored = Entry.of("slots", Stamp.at(nivel.time.millis(), 9), json("1"));
    nivel.l3.write(List.of(new Write(ID, stored)));
    assertRefused(WriteOptions.DEFAULT.ifAbsent());
    assertRefused(WriteOptions.DEFAULT.ifStamp(new Stamp(5)));
    nivel.call.put("slots", json("2"), WriteOptions.DEFAULT.ifStamp(stored.stamp()));
    assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("2"));
  }

  /** Seed 205: what Redis has accepted, and is about to say so, comes first. */
  @Test
  void isNotJudgedPastRedisWhileRedisAnswersAnEarlierWrite() { // I2
    Receipt first = nivel.call.put("slots", json("1"));
    nivel.engine.sync().runForced();
    CompletableFuture<Receipt> later = new CompletableFuture<>();
    nivel.l2.afterWriteOnce = () -> {
      nivel.l2.failOnce = true;
      startLaterOne(first.stamp(), later);
    };
    nivel.call.put("slots", json("2"));
    assertLost(later);
  }

  /** Of two under the same condition one wins, wherever each is judged. */
  @Test
  void isNotJudgedByRedisWhileAnEarlierOneGoesPastIt() { // I2
    Receipt first = nivel.call.put("slots", json("1"));
    nivel.engine.sync().runForced();
    CompletableFuture<Receipt> later = new CompletableFuture<>();
    nivel.l2.failOnce = true;
    nivel.l3.beforeCommit = () -> {
      nivel.l3.beforeCommit = () -> {};
      startLaterOne(first.stamp(), later);
    };
    nivel.call.put("slots", json("2"), WriteOptions.DEFAULT.ifStamp(first.stamp()));
    assertLost(later);
  }

  /** Returns when it has been judged, or waits. */
  private void startLaterOne(Stamp expected, CompletableFuture<Receipt> outcome) {
    Thread thread = new Thread(() -> {
      try {
        outcome.complete(
            nivel.call.put("slots", json("3"), WriteOptions.DEFAULT.ifStamp(expected)));
      } catch (RejectedException | UnavailableException e) {
        outcome.completeExceptionally(e);
      }
    });
    thread.start();
    Awaitility.await()
        .until(() -> outcome.isDone() || thread.getState() == State.TIMED_WAITING);
  }

  private void assertLost(CompletableFuture<Receipt> later) {
    assertThatThrownBy(() -> later.get(1, TimeUnit.MINUTES))
        .hasCauseInstanceOf(RejectedException.class);
    assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("2"));
  }

  @Test
  void createsWhatIsNowhere() {
    nivel.call.put("slots", json("1"), WriteOptions.DEFAULT.ifAbsent());
    assertRefused(WriteOptions.DEFAULT.ifAbsent());
  }

  @Test
  void createsWhatWasJustReadAsAbsent() {
    assertThat(nivel.call.get("slots")).isEmpty();
    nivel.call.put("slots", json("1"), WriteOptions.DEFAULT.ifAbsent());
    assertThat(nivel.conversation("call-2").last(5).items()).isEmpty();
    nivel.conversation("call-2").put("slots", json("1"), WriteOptions.DEFAULT.ifAbsent());
  }

  @Test
  void doesNotWaitForAFillOfSomebodyElse() {
    assertThat(nivel.l2.beginFill(ID)).isPresent();
    nivel.call.put("slots", json("1"), WriteOptions.DEFAULT.ifAbsent());
  }

  @Test
  void deletesOnlyTheVersionThatIsExpected() {
    Receipt receipt = nivel.call.put("slots", json("1"));
    assertThatThrownBy(
        () -> nivel.call.delete("slots", WriteOptions.DEFAULT.ifStamp(new Stamp(5))))
        .isInstanceOf(RejectedException.class);
    nivel.call.delete("slots", WriteOptions.DEFAULT.ifStamp(receipt.stamp()));
    assertThat(nivel.call.get("slots")).isEmpty();
  }

  @Test
  void isJudgedByL3AndTheOutboxWhileRedisIsOut() {
    Receipt receipt = nivel.call.put("slots", json("1"));
    nivel.openRedisBreaker();
    assertRefused(WriteOptions.DEFAULT.ifAbsent());
    nivel.call.put("slots", json("2"), WriteOptions.DEFAULT.ifStamp(receipt.stamp()));
    assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("2"));
  }

  @Test
  void isRefusedWhileRedisIsOutAndOtherNodesLive() {
    nivel.l3.nodes().claim("another node");
    nivel.engine.recovery().tendSupabase();
    nivel.openRedisBreaker();
    assertThatThrownBy(
        () -> nivel.call.put("slots", json("1"), WriteOptions.DEFAULT.ifAbsent()))
        .isInstanceOf(UnavailableException.class);
  }

  @Test
  void isNotJudgedByARedisThatHasNotHeardOfTheLastWrite() {
    Receipt before = nivel.call.put("slots", json("0"));
    nivel.l2.failOnce = true;
    Receipt bypassed = nivel.call.put("slots", json("1"));
    assertThat(bypassed.durability()).containsExactly(Durability.SUPABASE);
    assertRefused(WriteOptions.DEFAULT.ifStamp(before.stamp()));
    nivel.call.put("slots", json("2"), WriteOptions.DEFAULT.ifStamp(bypassed.stamp()));
    assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("2"));
  }

  @Test
  void waitsForAWritePastRedisThatIsUnderWay() throws Exception {
    Receipt before = nivel.call.put("slots", json("0"));
    CountDownLatch committing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    nivel.l3.beforeCommit = () -> {
      committing.countDown();
      await(goOn);
    };
    nivel.l2.failOnce = true;
    CompletableFuture<Receipt> bypassed = CompletableFuture
        .supplyAsync(() -> nivel.call.put("slots", json("1")));
    await(committing);
    CompletableFuture<Void> conditional = CompletableFuture.runAsync(
        () -> assertRefused(WriteOptions.DEFAULT.ifStamp(before.stamp())));
    goOn.countDown();
    conditional.get(30, TimeUnit.SECONDS);
    assertThat(bypassed.get(30, TimeUnit.SECONDS).durability())
        .containsExactly(Durability.SUPABASE);
    assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("1"));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void isRefusedWhileRedisIsOutAndADeadNodeMayHaveLeftSomethingInIt() { // I3
    nivel.l3.nodes().claim("another node");
    nivel.l3.kill("another node");
    nivel.engine.recovery().tendSupabase();
    nivel.openRedisBreaker();
    assertThatThrownBy(
        () -> nivel.call.put("slots", json("1"), WriteOptions.DEFAULT.ifAbsent()))
        .isInstanceOf(UnavailableException.class);
    assertThat(nivel.call.read("slots").isStale()).isTrue();
  }

  private void assertRefused(WriteOptions options) {
    assertThatThrownBy(() -> nivel.call.put("slots", json("x"), options))
        .asInstanceOf(InstanceOfAssertFactories.type(RejectedException.class))
        .extracting(RejectedException::reason)
        .isEqualTo(Reason.CONDITION);
  }
}
