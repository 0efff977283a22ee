package dev.nivel;

import dev.nivel.OutboxRecord.Settlement;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Telling Redis what a chunk of a sync has settled. */
class SettlingTest {
  private EngineFixture nivel;
  private Outbox outbox;

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory, "SYNC_BATCH_SIZE", "10", "SYNC_BATCH_MAX", "40");
    outbox = nivel.engine.levels().outbox();
  }

  /** Appends two chunks, and does something in the second when Redis was told of the first. */
  private void duringTheSecondOfTwoChunks(Runnable work) {
    nivel.call.append(turns(30));
    nivel.l3.afterChunk = () -> {
      if (nivel.l3.chunks.size() == 2) {
        await().until(() -> nivel.l2.unsynced(ID).size() == 20);
        work.run();
      }
    };
  }

  @Test
  void goesOnWhileL3IsWrittenTheNextChunk() {
    List<Integer> seen = new ArrayList<>();
    duringTheSecondOfTwoChunks(() -> {
      seen.add(nivel.l2.unsynced(ID).size());
      seen.add(outbox.unsettled(100).size());
    });
    nivel.engine.sync().runForced();
    assertThat(seen).containsExactly(20, 10);
    assertThat(outbox.unsettled(100)).isEmpty();
  }

  @Test
  void endsThoughTheNextChunkFails() {
    nivel.call.append(turns(30));
    nivel.l3.afterChunk = () -> nivel.l3.isOut = true;
    assertThatThrownBy(() -> nivel.engine.sync().runForced())
        .isInstanceOf(UnavailableException.class);
    assertThat(nivel.l2.unsynced(ID)).hasSize(20);
    assertThat(outbox.unsettled(100)).isEmpty();
  }

  @Test
  void isNotedForRedisThatGoesOutDuringTheNextChunk() { // I4, I9
    duringTheSecondOfTwoChunks(nivel::openRedisBreaker);
    nivel.engine.sync().runInBackground();
    assertThat(nivel.l3.staleInL2(100)).hasSize(30);
  }

  @Test
  void isNotedForRedisThatGoesOutWithTheAnswerToTheChunkBefore() { // I4, I9
    nivel.call.append(turns(30));
    nivel.l2.beforeSettled = () -> {
      nivel.openRedisBreaker();
      throw new UnavailableException("Redis is frozen");
    };
    nivel.engine.sync().runInBackground();
    assertThat(nivel.l3.staleInL2(100)).hasSize(30);
  }

  @Test
  void opensTheBreakerThoughRedisTakesWhatIsSent() { // I10
    nivel.call.append(turns(300));
    nivel.l2.beforeSettled = () -> {
      throw new UnavailableException("Redis is frozen");
    };
    nivel.engine.sync().runInBackground();
    assertThat(nivel.engine.health().isRedisUsed()).isFalse();
    assertThat(nivel.l3.staleInL2(1_000)).hasSize(300);
  }

  @Test
  void isRepeatedWhereRedisWasOfferedTheChunkAgain() { // I9
    List<Write> offered = new ArrayList<>();
    duringTheSecondOfTwoChunks(() -> {
      nivel.l2.loseEverything();
      nivel.l2.heal(offered, true); // the end of an offer that began before the sync
      outbox.settle(offered, Settlement.OPEN);
    });
    offered.addAll(outbox.allPending());
    nivel.engine.sync().runInBackground();
    assertThat(nivel.l2.unsynced(ID)).isEmpty();
  }
}
