package dev.nivel.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * Requests of one kind to one server, by one thread over many connections, without pipelining: as
 * many as go, or at a steady rate.
 *
 * <p>At a steady rate the time of a request counts from when it was due, be the server ready for it
 * or not, and all that were due are waited for. What is no server's doing does not count: the first
 * requests over new connections, and the time in which the load itself stood still, for a garbage
 * collection or because another process had its core. It never waits for anything then, so that a
 * gap between two of its looks at the clock is its own. The schedule stands still as long, and what
 * was under way has no time: nobody saw when it was answered.
 *
 * @param port of the server
 * @param connections how many
 * @param request gives the bytes of the next one, which are sent at once
 * @param status that every answer must have
 */
record HttpLoad(int port, int connections, Supplier<ByteBuffer> request, String status) {
  private static final Duration LEAD_IN = Duration.ofMillis(100);
  /** Between two looks it deals with as many answers as there are connections, at most. */
  private static final long STANDSTILL_NANOS_MIN = 500_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /**
   * What came of it.
   *
   * @param perSecond answers
   * @param p50Micros half of the answers took no longer
   * @param p99Micros of a hundred, one took longer
   * @param answers how many
   * @param ownShare what the load took of one core
   */
  record Result(double perSecond, double p50Micros, double p99Micros, long answers,
      double ownShare) {}

  /** As many requests as go. */
  Result greatest(Duration length) {
    return run(turn -> turn.greatest(length));
  }

  /** So many requests a second. */
  Latencies steady(double perSecond, Duration length) {
    return run(turn -> turn.steady(perSecond, length));
  }

  private <T> T run(Work<T> work) {
    List<HttpConnection> open = new ArrayList<>();
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        open.add(HttpConnection.open(selector, port));
      }
      return work.with(new Turn(selector, new ArrayDeque<>(open)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      open.forEach(HttpLoad::close);
    }
  }

  private static void close(HttpConnection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is done with open connections. */
  private interface Work<T> {
    T with(Turn turn) throws IOException;
  }

  /** One run. */
  private final class Turn {
    private final Selector selector;
    private final Deque<HttpConnection> idle;
    private final Latencies latencies = new Latencies();
    private final long cpuStart = cpuNanos();
    /** When the first request is due, later by as long as the load has stood still. */
    private long start = System.nanoTime();
    /** The last look at the clock. */
    private long now = start;

    Turn(Selector selector, Deque<HttpConnection> idle) {
      this.selector = selector;
      this.idle = idle;
    }

    Result greatest(Duration length) throws IOException {
      long end = start + length.toNanos();
      while (now - end < 0) {
        for (HttpConnection each = idle.poll(); each != null; each = idle.poll()) {
          each.send(request.get(), System.nanoTime());
        }
        selector.select();
        now = System.nanoTime();
        receive();
      }
      double seconds = (now - start) / 1e9;
      return new Result(latencies.count() / seconds, latencies.percentileMicros(50),
          latencies.percentileMicros(99), latencies.count(),
          (cpuNanos() - cpuStart) / 1e9 / seconds);
    }

    Latencies steady(double perSecond, Duration length) throws IOException {
      double period = 1e9 / perSecond;
      long first = (long) (LEAD_IN.toNanos() / period);
      long count = first + (long) (length.toNanos() / period);
      long sent = 0;
      while (sent < count || idle.size() < connections) {
        long due = start + (long) (sent * period);
        if (sent < count && due - now <= 0 && !idle.isEmpty()) {
          HttpConnection connection = idle.remove();
          connection.send(request.get(), due);
          if (sent < first) {
            connection.loseTime();
          }
          sent++;
        } else {
          selector.selectNow();
          lookAtClock();
          receive();
        }
        lookAtClock();
        if (now - due > PATIENCE.toNanos()) {
          throw new IOException("the server leaves requests unanswered");
        }
      }
      return latencies;
    }

    private void lookAtClock() {
      long next = System.nanoTime();
      long gap = next - now;
      if (gap >= STANDSTILL_NANOS_MIN) {
        start += gap;
        latencies.addStandstill(gap);
        selector.keys().forEach(key -> connection(key).loseTime());
      }
      now = next;
    }

    private void receive() throws IOException {
      for (SelectionKey key : selector.selectedKeys()) {
        HttpConnection connection = connection(key);
        if (connection.receive(status)) {
          if (connection.hasTime()) {
            latencies.add(now - connection.sinceNanos());
          }
          idle.add(connection);
        }
      }
      selector.selectedKeys().clear();
    }

    private static HttpConnection connection(SelectionKey key) {
      return (HttpConnection) key.attachment();
    }

    private static long cpuNanos() {
      return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
  }
}
