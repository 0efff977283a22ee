package dev.nivel.redis;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Waits that end in time. A virtual thread that parks for a limited time has a timer thread of the
 * JDK woken at each wait, which costs more than all else that a call does; so waits have no limit
 * of their own, and one timer looks every 10 ms which of them are over. Safe for use by several
 * threads.
 */
final class Deadlines implements AutoCloseable {
  private static final long TICK_MILLIS = 10;

  private final HashedWheelTimer timer = new HashedWheelTimer(
      new DefaultThreadFactory("nivel-deadlines", true), TICK_MILLIS, TimeUnit.MILLISECONDS);
  private volatile boolean isClosed;

  Deadlines() {
    timer.start(); // else the first who waits starts it, and misses that he is interrupted
  }

  /** Ends a wait. */
  private record End(CompletableFuture<?> awaited) implements TimerTask {
    @Override
    public void run(Timeout over) {
      awaited.completeExceptionally(new TimeoutException());
    }
  }

  /** For others who have something to do later. */
  Timer timer() {
    return timer;
  }

  /**
   * The result of a future, which fails with a TimeoutException if it has none in time, or up to a
   * tick later.
   */
  <T extends @Nullable Object> T await(CompletableFuture<T> future, long nanos)
      throws InterruptedException, ExecutionException {
    if (future.isDone()) {
      return future.get();
    }
    @Nullable Timeout timeout = endAfter(nanos, future);
    try {
      return future.get();
    } finally {
      if (timeout != null) {
        timeout.cancel();
      }
    }
  }

  private @Nullable Timeout endAfter(long nanos, CompletableFuture<?> future) {
    End end = new End(future);
    try {
      Timeout timeout = timer.newTimeout(end, nanos, TimeUnit.NANOSECONDS);
      if (isClosed) { // the timer may have been stopped before it saw this one
        end.run(timeout);
      }
      return timeout;
    } catch (IllegalStateException e) { // it was stopped before
      future.completeExceptionally(new TimeoutException());
      return null;
    }
  }

  /** Ends all waits, and those that begin later at once: nobody would do so. */
  @Override
  public void close() {
    isClosed = true;
    for (Timeout open : timer.stop()) {
      if (open.task() instanceof End end) {
        end.run(open);
      }
    }
  }
}
