package dev.nivel.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.nivel.Nivel;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * What a short time of load came to.
 *
 * @param perSecond writes
 * @param p50Micros half of the writes took no longer
 * @param p99Micros of a hundred, one took longer
 * @param cpuMicros what a write took of this process's cores, which other processes hardly alter
 */
record Block(double perSecond, double p50Micros, double p99Micros, double cpuMicros) {
  private static final int DIGITS = 3;

  /**
   * Loads an instance.
   *
   * @param name begins the ids of all conversations
   * @throws IllegalStateException if a write fails
   */
  static Block run(Nivel nivel, Workload workload, String name, Duration length) {
    long cpuStart = cpuNanos();
    long start = System.nanoTime();
    long end = start + length.toNanos();
    List<Callable<Histogram>> callers = IntStream.range(0, workload.callers())
        .<Callable<Histogram>>mapToObj(i -> () -> call(nivel, workload, name + "-" + i, end))
        .toList();
    Histogram all = new Histogram(DIGITS);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Histogram> caller : threads.invokeAll(callers)) {
        all.add(caller.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("a block of load was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a write failed in \"" + workload + "\"", e.getCause());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Block(all.getTotalCount() / seconds, all.getValueAtPercentile(50) / 1e3,
        all.getValueAtPercentile(99) / 1e3,
        (cpuNanos() - cpuStart) / 1e3 / all.getTotalCount());
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static Histogram call(Nivel nivel, Workload workload, String caller, long end) {
    Histogram nanos = new Histogram(DIGITS);
    long before = System.nanoTime();
    for (int number = 0; before - end < 0; number++) {
      workload.write(nivel, caller, number);
      long after = System.nanoTime();
      nanos.recordValue(after - before);
      before = after;
    }
    return nanos;
  }
}
