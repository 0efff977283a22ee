package dev.nivel;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class HousekeeperTest {
  @Test
  void hasWorkDoneByWhoBringsItWhileAllHelpersAreBusy() {
    Executor helpers = new Housekeeper().helpers("helper", 1);
    CountDownLatch isAsked = new CountDownLatch(1);
    CompletableFuture<String> helper = CompletableFuture.supplyAsync(() -> {
      await().until(() -> isAsked.getCount() == 0);
      return Thread.currentThread().getName();
    }, helpers);
    Thread[] other = new Thread[1];
    helpers.execute(() -> other[0] = Thread.currentThread());
    assertThat(other[0]).isSameAs(Thread.currentThread());
    isAsked.countDown();
    assertThat(helper.join()).isEqualTo("nivel-helper");
  }
}
