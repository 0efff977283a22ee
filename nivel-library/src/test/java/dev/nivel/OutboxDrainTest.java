package dev.nivel;

import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.isClosingASubtask;
import static dev.nivel.EngineFixture.json;
import static dev.nivel.EngineFixture.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/** Chunk after chunk, one in L3 while the one before is concluded. */
class OutboxDrainTest {
  private EngineFixture nivel;
  private final AtomicInteger written = new AtomicInteger();

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory, "SYNC_BATCH_SIZE", "10", "SYNC_BATCH_MAX", "40");
    nivel.l3.afterChunk = written::incrementAndGet;
  }

  /** I11: the ledger is even, whatever a test did. */
  @AfterEach
  void theLedgerIsEven() {
    nivel.assertLedgerIsEven();
  }

  @Test
  void writesAChunkWhileRedisIsWaitedFor() {
    nivel.call.append(turns(70));
    nivel.l2.beforeSettled = () -> await().until(() -> written.get() == 3);
    assertThat(nivel.engine.sync().runForced().synced()).isEqualTo(70);
    assertThat(nivel.l2.unsynced(ID)).isEmpty();
  }

  @Test
  void triesSmallerChunksFromTheOneThatFailed() {
    nivel.call.append(turns(70));
    nivel.l3.afterChunk = () -> {
      if (written.incrementAndGet() == 2) {
        throw new UnavailableException("the reply did not come");
      }
    };
    assertThat(nivel.engine.sync().runForced().synced()).isEqualTo(70);
    assertThat(nivel.l3.chunks).containsExactly(10, 20, 10, 20, 30);
    assertThat(nivel.ledger().synced()).isEqualTo(70);
  }

  @Test
  void triesSmallerChunksFromTheOneThatCouldNotBeNoted() {
    nivel.call.append(turns(30));
    nivel.openRedisBreaker();
    AtomicInteger noted = new AtomicInteger();
    nivel.l3.beforeNotes = () -> {
      if (noted.incrementAndGet() == 1) {
        throw new UnavailableException("the note was not taken");
      }
    };
    assertThat(nivel.engine.sync().runForced().synced()).isEqualTo(30);
    assertThat(nivel.l3.chunks).containsExactly(10, 20, 5, 10, 15);
    assertThat(nivel.ledger().synced()).isEqualTo(30);
    assertThat(nivel.l3.staleInL2(100)).hasSize(30);
  }

  @Test
  void endsThoughNothingCanBeNoted() { // I8
    nivel.call.append(turns(30));
    nivel.openRedisBreaker();
    nivel.l3.beforeNotes = () -> {
      throw new UnavailableException("notes are not taken");
    };
    assertThatThrownBy(() -> nivel.engine.sync().runForced())
        .isInstanceOf(UnavailableException.class);
    assertThat(nivel.ledger().pending()).isEqualTo(30); // I1
  }

  @Test
  void endsThoughWhatBelongsTogetherFails() { // I8
    nivel.call.append(turns(2), WriteOptions.DEFAULT.idempotent("k"));
    nivel.l3.afterChunk = () -> {
      written.incrementAndGet();
      throw new UnavailableException("the reply does not come");
    };
    assertThatThrownBy(() -> nivel.engine.sync().runForced())
        .isInstanceOf(UnavailableException.class);
    assertThat(written).as("chunks of up to 10 and of 1").hasValue(2);
  }

  @Test
  void storesWhatStandsBeforeWhatBelongsTogetherAndFails() { // I1
    nivel.call.put("slots", json("1"));
    nivel.call.append(turns(20), WriteOptions.DEFAULT.idempotent("k"));
    nivel.l3.afterChunk = () -> {
      if (nivel.l3.chunks.get(nivel.l3.chunks.size() - 1) > 5) {
        throw new UnavailableException("it takes too long");
      }
    };
    assertThatThrownBy(() -> nivel.engine.sync().runForced())
        .isInstanceOf(UnavailableException.class);
    assertThat(nivel.ledger().synced()).isEqualTo(1);
  }

  @Test
  void failsAsTheChunkThatIsWrittenAheadDoes() {
    nivel.call.append(turns(30));
    nivel.l3.afterChunk = () -> {
      if (written.incrementAndGet() == 2) {
        throw new IllegalStateException("a bug");
      }
    };
    assertThatThrownBy(() -> nivel.engine.sync().runForced())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a bug");
    assertThat(nivel.ledger().pending()).isEqualTo(20);
  }

  @Test
  void waitsForWhatIsOnItsWayHoweverItEnds() throws InterruptedException {
    nivel.call.append(turns(30));
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread run = new Thread(
        () -> failure.set(catchThrowable(() -> nivel.engine.sync().runForced())));
    nivel.l2.beforeSettle = () -> {
      throw new IllegalStateException("a bug");
    };
    List<Boolean> seen = new ArrayList<>();
    nivel.l3.afterChunk = () -> {
      if (written.incrementAndGet() == 2) {
        await().until(() -> isClosingASubtask(run) || !run.isAlive());
        seen.add(run.isAlive());
      }
    };
    run.start();
    run.join();
    assertThat(failure.get()).hasMessage("a bug");
    assertThat(seen).containsExactly(true);
  }

  @Test
  void failsWhenItIsInterrupted() {
    nivel.call.append(turns(30));
    Thread run = Thread.currentThread();
    nivel.l3.afterChunk = () -> {
      if (written.incrementAndGet() == 2) {
        run.interrupt();
        await().until(() -> isClosingASubtask(run));
      }
    };
    Throwable failure = catchThrowable(() -> nivel.engine.sync().runForced());
    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure).isInstanceOf(UnavailableException.class);
    assertThat(written).hasValue(2);
  }

  @Test
  void leavesWhatHasChangedSinceItWasTakenOutOfTheOutbox() { // I2, I5
    nivel.call.append(turns(30));
    nivel.conversation("erased").append(turns(20));
    nivel.call.put("slots", json("older"));
    nivel.l3.afterChunk = () -> {
      if (written.incrementAndGet() == 2) { // the third is out, or about to be
        nivel.call.put("slots", json("newer"));
        nivel.conversation("erased").erase();
      }
    };
    nivel.engine.sync().runForced();
    nivel.engine.sync().runForced();
    assertThat(nivel.l3.entry(ID, "slots").orElseThrow().value()).isEqualTo(json("newer"));
    assertThat(nivel.l3.itemsBefore("erased", Optional.empty(), 20)).isEmpty();
    assertThat(nivel.ledger().pending()).isZero();
  }

  @Test
  void takesApartWhatL3RejectsBeforeItGoesOn() {
    nivel.call.append(turns(30));
    Stamp poison = nivel.call.last(30).items().get(3).stamp();
    nivel.l3.isPoison = write -> write.stamp().equals(poison);
    assertThat(nivel.engine.sync().runForced().quarantined()).isEqualTo(1);
    assertThat(nivel.l3.chunks).endsWith(5, 20);
  }

  /** The last run, when the duties have ended. */
  @Test
  void worksWhenTheHousekeeperHasEnded() {
    nivel.call.append(turns(30));
    nivel.engine.close();
    assertThat(nivel.inL3()).hasSize(30);
  }
}
