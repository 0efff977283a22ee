package dev.nivel;

import dev.nivel.store.NivelException;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers who want the same thing at the same time share one loading of it. Safe for use by
 * several threads.
 *
 * @param <K> what is wanted
 * @param <V> what is loaded
 */
final class SingleFlight<K, V> {
  private final ConcurrentHashMap<K, Flight<V>> flights = new ConcurrentHashMap<>();
  private final Duration patience;

  /**
   * A loading under way.
   *
   * @param deadline of the caller who does it
   */
  private record Flight<V>(CompletableFuture<V> result, Deadline deadline) {}

  /** A caller waits for another one's loading no longer than this. */
  SingleFlight(Duration patience) {
    this.patience = patience;
  }

  /**
   * The result of the loading that is under way, or of a new one, if that had less time than this
   * caller has and failed.
   *
   * @param deadline until when the caller waits at most
   */
  V share(K key, Deadline deadline, Supplier<V> loading) {
    Flight<V> mine = new Flight<>(new CompletableFuture<>(), deadline);
    @Nullable Flight<V> other = flights.putIfAbsent(key, mine);
    while (other != null) {
      try {
        return await(other.result(), deadline.atMost(patience));
      } catch (UnavailableException e) {
        if (!other.deadline().isOver() || deadline.isOver()) {
          throw e;
        }
      }
      other = flights.putIfAbsent(key, mine);
    }
    return fly(key, mine, loading);
  }

  private V fly(K key, Flight<V> mine, Supplier<V> loading) {
    try {
      V result = loading.get();
      mine.result().complete(result);
      return result;
    } catch (RuntimeException | Error e) {
      mine.result().completeExceptionally(e);
      throw e;
    } finally {
      flights.remove(key, mine);
    }
  }

  private static <V> V await(CompletableFuture<V> flight, Duration wait) {
    try {
      return flight.get(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("waiting for a load was interrupted");
    } catch (TimeoutException e) {
      throw new UnavailableException("a load took over " + wait.toMillis() + " ms");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NivelException failure) {
        throw failure;
      }
      throw new IllegalStateException("a shared load failed", e.getCause());
    }
  }
}
