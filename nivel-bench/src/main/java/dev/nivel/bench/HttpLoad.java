package dev.nivel.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Requests of one kind to one server, by one thread over many connections, without pipelining: as
 * many as go, or at a steady rate, where the time of a request counts from when it was due, be the
 * server ready for it or not.
 *
 * @param port of the server
 * @param connections how many
 * @param request gives the bytes of the next one, which are sent at once
 * @param status that every answer must have
 */
record HttpLoad(int port, int connections, Supplier<ByteBuffer> request, String status) {
  private static final int DIGITS = 3;

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
    return run(length, 0);
  }

  /** So many requests a second. */
  Result steady(double perSecond, Duration length) {
    return run(length, perSecond);
  }

  private Result run(Duration length, double perSecond) {
    List<HttpConnection> open = new ArrayList<>();
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        open.add(HttpConnection.open(selector, port));
      }
      Turn turn = new Turn(selector, new ArrayDeque<>(open), System.nanoTime(), length);
      return perSecond == 0 ? turn.greatest() : turn.steady(perSecond);
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

  /** One run. */
  private final class Turn {
    private final Selector selector;
    private final Deque<HttpConnection> idle;
    private final long start;
    private final long end;
    private final Histogram nanos = new Histogram(DIGITS);
    private final long cpuStart = cpuNanos();

    Turn(Selector selector, Deque<HttpConnection> idle, long start, Duration length) {
      this.selector = selector;
      this.idle = idle;
      this.start = start;
      end = start + length.toNanos();
    }

    Result greatest() throws IOException {
      long now = start;
      while (now - end < 0) {
        for (HttpConnection each = idle.poll(); each != null; each = idle.poll()) {
          each.send(request.get(), System.nanoTime());
        }
        selector.select();
        now = System.nanoTime();
        receive(now);
      }
      return result(now);
    }

    Result steady(double perSecond) throws IOException {
      double period = 1e9 / perSecond;
      long sent = 0;
      long now = start;
      while (now - end < 0) {
        long due = start + (long) (sent * period);
        if (due - now <= 0 && !idle.isEmpty()) {
          idle.remove().send(request.get(), due);
          sent++;
        } else {
          selector.selectNow();
          receive(System.nanoTime());
        }
        now = System.nanoTime();
      }
      return result(now);
    }

    private void receive(long now) throws IOException {
      for (var key : selector.selectedKeys()) {
        HttpConnection connection = (HttpConnection) key.attachment();
        if (connection.receive(status)) {
          nanos.recordValue(now - connection.sinceNanos());
          idle.add(connection);
        }
      }
      selector.selectedKeys().clear();
    }

    private Result result(long now) {
      double seconds = (now - start) / 1e9;
      return new Result(nanos.getTotalCount() / seconds, nanos.getValueAtPercentile(50) / 1e3,
          nanos.getValueAtPercentile(99) / 1e3, nanos.getTotalCount(),
          (cpuNanos() - cpuStart) / 1e9 / seconds);
    }

    private static long cpuNanos() {
      return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
  }
}
