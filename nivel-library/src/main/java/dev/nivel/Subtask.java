package dev.nivel;

import dev.nivel.store.UnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Work that another thread does meanwhile. Closing waits until it is done or has failed, so that
 * nothing goes on behind the back of who began it. For use by the thread that began it.
 *
 * @param <T> what comes of it
 */
final class Subtask<T> implements AutoCloseable {
  private final CompletableFuture<T> result;

  private Subtask(CompletableFuture<T> result) {
    this.result = result;
  }

  /** Begins it, on a thread of the executor. */
  static <T> Subtask<T> fork(Supplier<T> work, Executor executor) {
    return new Subtask<>(CompletableFuture.supplyAsync(work, executor));
  }

  /**
   * What came of it.
   *
   * @throws UnavailableException if who waits is interrupted
   * @throws RuntimeException that with which it failed
   */
  T join() {
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("waiting for another thread's answer was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("another thread failed", e.getCause());
    }
  }

  @Override
  public void close() {
    result.handle((done, failure) -> done).join();
  }
}
