package dev.nivel;

import dev.nivel.store.UnavailableException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SubtaskTest {
  private static final Executor BUSY = work -> {
    throw new RejectedExecutionException();
  };
  private static final Executor NEVER = work -> {};
  private final AtomicInteger done = new AtomicInteger();

  private static Subtask<Integer> fork(Supplier<Integer> work, Executor executor) {
    return Subtask.fork("a sum", work, executor);
  }

  @Test
  void isDoneByWhoAsksForItIfNoThreadIsFree() {
    try (Subtask<Integer> sum = fork(done::incrementAndGet, BUSY)) {
      assertThat(done).hasValue(0);
      assertThat(sum.join()).isEqualTo(1);
    }
  }

  @Test
  void isNotDoneIfNobodyAsksForIt() {
    fork(done::incrementAndGet, BUSY).close();
    assertThat(done).hasValue(0);
  }

  @Test
  void failsAsItsWorkDoes() {
    for (Executor executor : new Executor[]{BUSY, Runnable::run}) {
      try (Subtask<Integer> sum = fork(() -> {
        throw new UnavailableException("out");
      }, executor)) {
        assertThatThrownBy(sum::join).isInstanceOf(UnavailableException.class).hasMessage("out");
      }
    }
  }

  @Test
  void saysWhatFailedIfItIsABug() {
    try (Subtask<Integer> sum = fork(() -> {
      throw new StackOverflowError();
    }, Runnable::run)) {
      assertThatThrownBy(sum::join).isInstanceOf(IllegalStateException.class)
          .hasMessage("a sum failed")
          .hasCauseInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void saysForWhatAnInterruptedThreadWaited() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(fork(() -> 1, NEVER)::join).isInstanceOf(UnavailableException.class)
        .hasMessage("waiting for a sum was interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }
}
