package dev.nivel.bench;

import dev.nivel.Conversation;
import dev.nivel.Metrics;
import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One outage of PostgreSQL: it is killed, conversations are written, it comes back, and what was
 * acknowledged must arrive.
 */
final class BacklogRun {
  private static final int CALLERS = 16;
  private static final Duration DRAIN_MAX = Duration.ofMinutes(20);
  private static final Map<String, String> QUICK = Map.of("CIRCUIT_BREAKER_TIMEOUT", "1",
      "SYNC_INTERVAL", "5", "REDIS_TIMEOUT_MS", "10000");

  private final Stores stores;
  private final Settings settings;
  private final Acknowledged acknowledged;

  BacklogRun(Stores stores, Settings settings) {
    this.stores = stores;
    this.settings = settings;
    acknowledged = new Acknowledged(settings.conversations());
  }

  /**
   * What is written.
   *
   * @param name of the instance's data directory
   * @param conversations each with an entry and two items
   * @param seed of what they say
   * @param outboxBytesMax the bound
   */
  record Settings(String name, int conversations, long seed, long outboxBytesMax) {}

  /**
   * What came of it.
   *
   * @param acknowledged which writes
   * @param writing how long they took
   * @param full how everything was when all were written
   * @param heapBytes that were in use then, after a collection
   * @param drain how it was drained
   * @param after how everything was when all were drained
   * @param findings in PostgreSQL
   */
  record Result(Acknowledged acknowledged, Duration writing, Metrics full, long heapBytes,
      Drain drain, Metrics after, StoredCheck.Findings findings) {}

  /**
   * How a backlog was drained.
   *
   * @param untilFirst from when PostgreSQL took connections until it had the first chunk
   * @param untilLast the same until nothing was pending
   * @param isComplete whether that came to pass
   */
  record Drain(Duration untilFirst, Duration untilLast, boolean isComplete) {}

  Result run() throws SQLException {
    Map<String, String> variables = stores.variables(settings.name(), QUICK);
    variables.put("NIVEL_OUTBOX_BYTES", Long.toString(settings.outboxBytesMax()));
    try (Nivel nivel = Nivel.open(NivelConfig.of(variables))) {
      stores.postgres().kill();
      long start = System.nanoTime();
      write(nivel);
      Duration writing = since(start);
      Metrics full = nivel.metrics();
      long heapBytes = heapBytes();
      Drain drain = drain(nivel);
      return new Result(acknowledged, writing, full, heapBytes, drain, nivel.metrics(),
          StoredCheck.of(stores.postgres().jdbcUrl(), acknowledged, settings.seed()));
    }
  }

  private void write(Nivel nivel) {
    AtomicInteger next = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        callers.add(threads.submit(() -> writeUntilDone(nivel, next)));
      }
      callers.forEach(BacklogRun::await);
    }
  }

  private static void await(Future<?> caller) {
    try {
      caller.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("a caller did not come to its end", e);
    }
  }

  private void writeUntilDone(Nivel nivel, AtomicInteger next) {
    for (int i = next.getAndIncrement(); i < settings.conversations(); i = next
        .getAndIncrement()) {
      int index = i;
      SyntheticCall call = SyntheticCall.of(settings.seed(), index);
      Conversation conversation = nivel.conversation(SyntheticCall.id(index));
      acknowledged.note(index, 0, 1, () -> conversation.put("state", call.state()));
      acknowledged.note(index, 1, 2, () -> conversation.append(call.turns()));
    }
  }

  private Drain drain(Nivel nivel) {
    long pending = nivel.metrics().writes().pending();
    stores.postgres().restart();
    long start = System.nanoTime();
    boolean isComplete = Wait.until(() -> nivel.metrics().writes().pending() < pending, DRAIN_MAX);
    Duration untilFirst = since(start);
    isComplete &= Wait.until(() -> nivel.metrics().writes().pending() == 0, DRAIN_MAX);
    return new Drain(untilFirst, since(start), isComplete);
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
