package dev.nivel.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class DeadlinesTest {
  private static final long NEVER = TimeUnit.DAYS.toNanos(1);
  private final Deadlines deadlines = new Deadlines();
  private final CompletableFuture<String> reply = new CompletableFuture<>();

  @AfterEach
  void close() {
    deadlines.close();
  }

  /** Waits in a thread of its own; what it comes to is how the wait ended. */
  private CompletableFuture<@Nullable Throwable> waitFor(long nanos) {
    CompletableFuture<@Nullable Throwable> ended = new CompletableFuture<>();
    Thread waiting = new Thread(() -> {
      try {
        deadlines.await(reply, nanos);
        ended.complete(null);
      } catch (InterruptedException | ExecutionException e) {
        ended.complete(e);
      }
    });
    waiting.setDaemon(true);
    waiting.start();
    return ended;
  }

  private static @Nullable Throwable endOf(CompletableFuture<@Nullable Throwable> wait) {
    await().until(wait::isDone);
    return wait.join();
  }

  /** I8. */
  @Test
  void endsAWaitThatNobodyAnswers() {
    long start = System.nanoTime();
    assertThat(endOf(waitFor(TimeUnit.MILLISECONDS.toNanos(50))))
        .hasCauseInstanceOf(TimeoutException.class);
    assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(50));
  }

  @Test
  void endsAWaitWhoseTimeWasOverBefore() {
    assertThat(endOf(waitFor(0))).hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void givesAnAnswerThatComesInTime() throws Exception {
    CompletableFuture<@Nullable Throwable> wait = waitFor(NEVER);
    reply.complete("PONG");
    assertThat(endOf(wait)).isNull();
    assertThat(deadlines.await(reply, 0)).isEqualTo("PONG");
  }

  @Test
  void forgetsWaitsThatWereAnswered() {
    CompletableFuture<@Nullable Throwable> wait = waitFor(NEVER);
    reply.completeExceptionally(new IllegalStateException("broken"));
    assertThat(endOf(wait)).hasCauseInstanceOf(IllegalStateException.class);
    assertThat(deadlines.timer().stop()).isEmpty();
  }

  /** I8: the timer is gone, and nobody else would. */
  @Test
  void endsAllWaitsWhenItIsClosed() {
    CompletableFuture<@Nullable Throwable> wait = waitFor(NEVER);
    await().until(() -> reply.getNumberOfDependents() > 0);
    deadlines.close();
    assertThat(endOf(wait)).hasCauseInstanceOf(TimeoutException.class);
  }

  /** I8: the same. */
  @Test
  void endsAWaitThatBeginsWhenItIsClosed() {
    deadlines.close();
    assertThat(endOf(waitFor(NEVER))).hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void letsAWaitBeInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> deadlines.await(reply, NEVER))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }
}
