package dev.nivel.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the threads of a process have taken of the cores, by what they are there for, as Linux
 * counts it ({@code /proc/PID/task/TID/schedstat}). Immutable.
 *
 * @param nanos by duty
 */
record ThreadTimes(Map<String, Long> nanos) {
  private static final List<Duty> DUTIES = List.of(
      new Duty("vert.x-", "HTTP: the event loop"),
      new Duty("ForkJoinPool", "the write path: virtual threads, and handing over to them"),
      new Duty("lettuce-", "Redis: the client's thread"),
      new Duty("nivel-sync", "sync to PostgreSQL"),
      new Duty("nivel-", "other duties: journal, clock, heartbeats"),
      new Duty("VM Thread", "garbage collection"),
      new Duty("C1 Compiler", "the compiler"),
      new Duty("C2 Compiler", "the compiler"));
  private static final String OTHERS = "anything else";

  /**
   * What threads are there for.
   *
   * @param prefix of their names, of which Linux keeps 15 characters; the first that fits counts
   */
  private record Duty(String prefix, String name) {}

  /** What a process has taken so far. */
  static ThreadTimes of(long pid) {
    Map<String, Long> nanos = new LinkedHashMap<>();
    DUTIES.forEach(duty -> nanos.put(duty.name(), 0L));
    nanos.put(OTHERS, 0L);
    Path tasks = Path.of("/proc", Long.toString(pid), "task");
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        add(nanos, thread);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ThreadTimes(nanos);
  }

  private static void add(Map<String, Long> nanos, Path thread) {
    try {
      String name = Files.readString(thread.resolve("comm"));
      String times = Files.readString(thread.resolve("schedstat"));
      nanos.merge(duty(name), Long.parseLong(times, 0, times.indexOf(' '), 10), Long::sum);
    } catch (IOException e) {
      return; // it has ended meanwhile
    }
  }

  private static String duty(String thread) {
    return DUTIES.stream()
        .filter(duty -> thread.startsWith(duty.prefix()))
        .map(Duty::name)
        .findFirst()
        .orElse(OTHERS);
  }

  /** Prints what was taken since an earlier look, for one of so many requests. */
  void printSince(ThreadTimes earlier, long requests, PrintStream out) {
    out.println("| | CPU µs a request |");
    out.println("|---|---|");
    nanos.forEach((duty, total) -> out.printf(Locale.ROOT, "| %s | %.1f |%n", duty,
        Math.max(0, total - earlier.nanos().getOrDefault(duty, 0L)) / 1e3 / requests));
  }
}
