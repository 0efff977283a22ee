package dev.nivel;

import dev.nivel.store.UnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Work that another thread does meanwhile. Closing waits until it is done or has failed, so that
 * nothing goes on behind the back of who forked it. For use by the thread that forked it.
 *
 * @param <T> what comes of it
 */
final class Subtask<T> implements AutoCloseable {
  private final String name;
  private final CompletableFuture<T> result;

  private Subtask(String name, CompletableFuture<T> result) {
    this.name = name;
    this.result = result;
  }

  /**
   * Begins it.
   *
   * @param name what it is, in messages
   */
  static <T> Subtask<T> fork(String name, Supplier<T> work, Executor executor) {
    return new Subtask<>(name, CompletableFuture.supplyAsync(work, executor));
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
      throw new UnavailableException("waiting for " + name + " was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(name + " failed", e.getCause());
    }
  }

  @Override
  public void close() {
    result.handle((done, failure) -> done).join();
  }
}
