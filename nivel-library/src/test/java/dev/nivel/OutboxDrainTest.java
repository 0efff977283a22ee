package dev.nivel;

import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
    assertThat(nivel.ledger().pending()).isZero();
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
    assertThat(written).hasValue(1);
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
