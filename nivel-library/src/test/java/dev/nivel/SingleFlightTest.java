package dev.nivel;

import dev.nivel.store.FakeTime;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class SingleFlightTest {
  private static final String KEY = "call-1";

  private final FakeTime time = new FakeTime();
  private final SingleFlight<String, String> flights = new SingleFlight<>(Duration.ofMinutes(1));
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService callers = Executors.newFixedThreadPool(2);
  private final AtomicReference<Thread> follower = new AtomicReference<>();

  @AfterEach
  void close() {
    callers.shutdownNow();
  }

  private CompletableFuture<String> lead(Deadline deadline) {
    CountDownLatch hasBegun = new CountDownLatch(1);
    CompletableFuture<String> led = CompletableFuture
        .supplyAsync(() -> flights.share(KEY, deadline, () -> {
          hasBegun.countDown();
          await().until(() -> end.getCount() == 0);
          deadline.check();
          return "the leader's";
        }), callers);
    await().until(() -> hasBegun.getCount() == 0);
    return led;
  }

  private CompletableFuture<String> follow(Deadline deadline) {
    CompletableFuture<String> followed = CompletableFuture.supplyAsync(() -> {
      follower.set(Thread.currentThread());
      return flights.share(KEY, deadline, () -> "the follower's");
    }, callers);
    await().until(() -> follower.get() != null
        && follower.get().getState() == Thread.State.TIMED_WAITING);
    return followed;
  }

  @Test
  void isSharedByThoseWhoWantTheSame() throws Exception {
    CompletableFuture<String> led = lead(Deadline.NONE);
    CompletableFuture<String> followed = follow(Deadline.NONE);
    end.countDown();
    assertThat(led.get(10, SECONDS)).isEqualTo("the leader's");
    assertThat(followed.get(10, SECONDS)).isEqualTo("the leader's");
  }

  @Test
  void thatFailedForWantOfTimeIsRepeatedByWhoeverHasMore() throws Exception {
    CompletableFuture<String> led = lead(Deadline.after(Duration.ofSeconds(1), time));
    CompletableFuture<String> followed = follow(Deadline.after(Duration.ofSeconds(3), time));
    time.pass(Duration.ofSeconds(2));
    end.countDown();
    assertThatThrownBy(() -> led.get(10, SECONDS)).hasCauseInstanceOf(UnavailableException.class);
    assertThat(followed.get(10, SECONDS)).isEqualTo("the follower's");
  }

  @Test
  void thatFailedForWantOfTimeFailsForWhoeverHasNoMoreEither() throws Exception {
    CompletableFuture<String> led = lead(Deadline.after(Duration.ofSeconds(1), time));
    CompletableFuture<String> followed = follow(Deadline.after(Duration.ofSeconds(2), time));
    time.pass(Duration.ofSeconds(2));
    end.countDown();
    assertThatThrownBy(() -> led.get(10, SECONDS)).hasCauseInstanceOf(UnavailableException.class);
    assertThatThrownBy(() -> followed.get(10, SECONDS))
        .hasCauseInstanceOf(UnavailableException.class);
  }
}
