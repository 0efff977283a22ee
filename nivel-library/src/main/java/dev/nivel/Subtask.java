package dev.nivel;

import dev.nivel.store.UnavailableException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Work that another thread does meanwhile or, if none is free, who asks for its result. Closing
 * waits until what was begun is done or has failed, so that nothing goes on behind the back of who
 * forked it. For use by the thread that forked it.
 *
 * @param <T> what comes of it
 */
final class Subtask<T> implements AutoCloseable {
  private final String name;
  private final Supplier<T> work;
  /** Empty if no thread has it. */
  private final Optional<CompletableFuture<T>> result;

  private Subtask(String name, Supplier<T> work, Optional<CompletableFuture<T>> result) {
    this.name = name;
    this.work = work;
    this.result = result;
  }

  /**
   * Begins it, unless the executor refuses it.
   *
   * @param name what it is, in messages
   */
  static <T> Subtask<T> fork(String name, Supplier<T> work, Executor executor) {
    try {
      return new Subtask<>(name, work, Optional.of(CompletableFuture.supplyAsync(work, executor)));
    } catch (RejectedExecutionException e) {
      return new Subtask<>(name, work, Optional.empty());
    }
  }

  /**
   * What came of it. To be called once.
   *
   * @throws UnavailableException if who waits is interrupted
   * @throws RuntimeException that with which it failed
   */
  T join() {
    return result.isEmpty() ? work.get() : await(result.get());
  }

  private T await(CompletableFuture<T> running) {
    try {
      return running.get();
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
    result.ifPresent(running -> running.handle((done, failure) -> done).join());
  }
}
