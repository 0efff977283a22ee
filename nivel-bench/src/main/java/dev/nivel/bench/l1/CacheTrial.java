package dev.nivel.bench.l1;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures one cache under one load by JMH, in a process of its own. */
public final class CacheTrial {
  private static final int WARM_UPS = 4;
  private static final int MEASUREMENTS = 5;
  private final List<String> arguments = new ArrayList<>(
      List.of("-Xms1g", "-Xmx1g", "-XX:+UseParallelGC",
          "--sun-misc-unsafe-memory-access=allow",
          "-Djava.util.logging.config.class=" + Silence.class.getName()));
  private final TimeValue length;

  /**
   * Prepares.
   *
   * @param variables of Nivel's settings
   * @param millis of an iteration
   * @param pages in which the heap is, where Linux gives them
   */
  public CacheTrial(Map<String, String> variables, long millis, Pages pages) {
    if (pages == Pages.LARGE) {
      arguments.addAll(List.of("-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UseTransparentHugePages"));
    }
    variables.forEach((name, value) -> arguments.add("-Dbench." + name + "=" + value));
    length = TimeValue.milliseconds(millis);
  }

  /** Which small pages a process gets is chance, and decides what the processor's caches hold. */
  public enum Pages {
    /** As a JVM takes them by itself, mostly of 4 KiB. */
    USUAL,
    /** Of 2 MiB. */
    LARGE
  }

  /**
   * What came out.
   *
   * @param nanos of an operation, of each thread
   * @param bytes that an operation allocates
   */
  public record Result(double nanos, double bytes) {}

  /** Runs a benchmark of this package with one kind of cache. */
  public Result run(String benchmark, int threads, Map<String, String> parameters, String kind) {
    ChainedOptionsBuilder options = new OptionsBuilder()
        .include("dev\\.nivel\\.bench\\.l1\\." + benchmark)
        .forks(1)
        .threads(threads)
        .mode(Mode.AverageTime)
        .timeUnit(TimeUnit.NANOSECONDS)
        .warmupIterations(WARM_UPS)
        .warmupTime(length)
        .measurementIterations(MEASUREMENTS)
        .measurementTime(length)
        .addProfiler(GCProfiler.class)
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true)
        .jvmArgs(arguments.toArray(String[]::new))
        .param("kind", kind);
    parameters.forEach(options::param);
    try {
      Collection<RunResult> results = new Runner(options.build()).run();
      RunResult result = results.iterator().next();
      return new Result(median(result.getPrimaryResult()), median(
          Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"))));
    } catch (RunnerException e) {
      throw new IllegalStateException("JMH could not measure " + benchmark + " of " + kind, e);
    }
  }

  /** Of the iterations: the compiler may be at work in the first one still. */
  private static double median(org.openjdk.jmh.results.Result<?> result) {
    return result.getStatistics().getPercentile(50);
  }
}
