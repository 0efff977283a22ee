package dev.nivel;

import dev.nivel.store.UnavailableException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SubtaskTest {
  private static final Executor NEVER = work -> {};

  private static Subtask<Integer> fork(Supplier<Integer> work, Executor executor) {
    return Subtask.fork("a sum", work, executor);
  }

  @Test
  void failsAsItsWorkDoes() {
    try (Subtask<Integer> sum = fork(() -> {
      throw new UnavailableException("out");
    }, Runnable::run)) {
      assertThatThrownBy(sum::join).isInstanceOf(UnavailableException.class).hasMessage("out");
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
