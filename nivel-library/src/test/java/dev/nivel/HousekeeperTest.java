package dev.nivel;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class HousekeeperTest {
  private final Housekeeper housekeeper = new Housekeeper();

  private static void assertRefuses(Executor workers) {
    assertThatThrownBy(() -> workers.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void refusesWorkWhileAllWorkersAreBusy() {
    Executor workers = housekeeper.workers("worker", 1);
    CountDownLatch isAsked = new CountDownLatch(1);
    CompletableFuture<String> worker = CompletableFuture.supplyAsync(() -> {
      await().until(() -> isAsked.getCount() == 0);
      return Thread.currentThread().getName();
    }, workers);
    assertRefuses(workers);
    isAsked.countDown();
    assertThat(worker.join()).isEqualTo("nivel-worker");
  }

  @Test
  void refusesAllWorkWithoutWorkers() {
    assertRefuses(housekeeper.workers("nobody", 0));
  }
}
