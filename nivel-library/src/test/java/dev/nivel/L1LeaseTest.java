package dev.nivel;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static org.assertj.core.api.Assertions.assertThat;

class L1LeaseTest {
  /**
   * I4: the process is paused while the housekeeper is about to say that all is well, and then
   * somebody asks the real clock.
   */
  @Test
  void anOldJudgementDoesNotOutliveWhoFoundOtherwise(@TempDir Path directory) throws Exception {
    EngineFixture nivel = new EngineFixture(directory);
    L1Lease lease = nivel.engine.levels().lease();
    nivel.pass(Duration.ofMillis(10));
    assertThat(lease.isFresh()).isTrue();
    long longAgo = nivel.time.nanos() - Duration.ofSeconds(4).toNanos();
    Thread asker = new Thread(() -> assertThat(lease.isHeld(ID)).isFalse());
    nivel.l2.heardAtNanos = () -> {
      if (Thread.currentThread() == asker) {
        return longAgo;
      }
      asker.start();
      awaitEndOrBlocking(asker);
      return nivel.time.nanos();
    };
    lease.refresh();
    asker.join();
    assertThat(lease.isFresh()).isFalse();
  }

  private static void awaitEndOrBlocking(Thread thread) {
    while (thread.getState() != Thread.State.TERMINATED
        && thread.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
  }
}
