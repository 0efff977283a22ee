package dev.nivel.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** Callers on virtual threads, each of which waits for an answer before it asks again. */
final class Load {
  private static final int DIGITS = 3;

  private Load() {}

  /** What a caller does again and again. */
  interface Call {
    /**
     * Asks once, and waits for the answer.
     *
     * @param caller counted from 0
     * @param number how often this caller has asked before
     */
    void make(int caller, int number);
  }

  /** How many calls a second so many callers get answered for a time. */
  static double perSecond(int callers, Duration length, Call call) {
    long start = System.nanoTime();
    Histogram all = run(callers, length, call);
    return all.getTotalCount() * 1e9 / (System.nanoTime() - start);
  }

  /** Half of a single caller's calls take no longer; microseconds. */
  static double p50Micros(Duration length, Call call) {
    return run(1, length, call).getValueAtPercentile(50) / 1e3;
  }

  private static Histogram run(int callers, Duration length, Call call) {
    long end = System.nanoTime() + length.toNanos();
    List<Callable<Histogram>> loops = IntStream.range(0, callers)
        .<Callable<Histogram>>mapToObj(caller -> () -> loop(caller, end, call))
        .toList();
    Histogram all = new Histogram(DIGITS);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Histogram> loop : threads.invokeAll(loops)) {
        all.add(loop.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("a load was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call failed", e.getCause());
    }
    return all;
  }

  private static Histogram loop(int caller, long end, Call call) {
    Histogram nanos = new Histogram(DIGITS);
    long before = System.nanoTime();
    for (int number = 0; before - end < 0; number++) {
      call.make(caller, number);
      long after = System.nanoTime();
      nanos.recordValue(after - before);
      before = after;
    }
    return nanos;
  }
}
