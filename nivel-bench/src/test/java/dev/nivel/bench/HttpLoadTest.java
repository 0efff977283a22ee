package dev.nivel.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The load, on the JDK's server, which writes its headers in its own way. */
class HttpLoadTest {
  private static final Duration LENGTH = Duration.ofSeconds(1);
  private static final long PAUSE_MILLIS = 1_500;
  private static final double RATE = 20;
  /** Of the lead-in at that rate. */
  private static final int LEADING = 2;

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger pausing = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/pausing") && pausing.getAndIncrement() == LEADING) {
      pause();
    }
    byte[] body = new byte[200];
    exchange.sendResponseHeaders(path.equals("/gone") ? 404 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void pause() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private HttpLoad load(int connections, String path) {
    return new HttpLoad(server.getAddress().getPort(), connections, HttpRequests.get(path), "200");
  }

  @Test
  void countsTheAnswersThatTheServerGave() {
    HttpLoad.Result result = load(3, "/").greatest(LENGTH);
    assertThat(result.answers()).isPositive();
    assertThat(requests.get() - result.answers()).isBetween(0L, 3L);
    assertThat(result.p99Micros()).isGreaterThanOrEqualTo(result.p50Micros());
  }

  @Test
  void countsTheTimeOfARequestFromWhenItWasDue() {
    load(1, "/").greatest(LENGTH); // the first answers of a server take long
    Latencies latencies = load(1, "/pausing").steady(RATE, LENGTH.plusMillis(PAUSE_MILLIS));
    double pauseMicros = seenOfPauseMicros(latencies);
    double longestMicros = longestTimedMicros(latencies, LENGTH.plusMillis(PAUSE_MILLIS));
    assertThat(latencies.percentileMicros(100)).isGreaterThan(longestMicros * 0.9);
    // Not the one request alone waited for the end of the pause, but all that were due in it.
    double duePercent = 100 * pauseMicros / 1e6 * RATE / latencies.count();
    assertThat(latencies.percentileMicros(100 - duePercent / 2)).isGreaterThan(pauseMicros * 0.3);
  }

  @Test
  void waitsForAllThatWereDue() {
    Latencies latencies = load(1, "/pausing").steady(RATE, LENGTH);
    assertThat(requests).hasValue(LEADING + (int) RATE);
    assertThat(latencies.percentileMicros(100))
        .isGreaterThan(longestTimedMicros(latencies, LENGTH) * 0.9);
  }

  /** What a load saw of the server's pause that did not run all the time itself. */
  private static double seenOfPauseMicros(Latencies latencies) {
    return PAUSE_MILLIS * 1e3 - latencies.standstillMicros();
  }

  /**
   * How long the first request took that is timed. Those under way while the load stands still are
   * not: on a busy machine the first few that were due in the pause, each a period after another.
   */
  private static double longestTimedMicros(Latencies latencies, Duration length) {
    double untimed = RATE * length.toMillis() / 1e3 - latencies.count();
    return seenOfPauseMicros(latencies) - untimed * 1e6 / RATE;
  }

  /** As when a garbage collection stops it, which no server has to answer for. */
  @Test
  void tellsTheTimeApartInWhichItStoodStillItself() {
    load(1, "/").greatest(LENGTH);
    Supplier<ByteBuffer> usual = HttpRequests.get("/");
    AtomicInteger made = new AtomicInteger();
    HttpLoad load = new HttpLoad(server.getAddress().getPort(), 1, () -> {
      if (made.getAndIncrement() == 2 * LEADING) {
        pause();
      }
      return usual.get();
    }, "200");
    Latencies latencies = load.steady(RATE, LENGTH);
    assertThat(latencies.standstillMicros()).isGreaterThanOrEqualTo(PAUSE_MILLIS * 1e3);
    assertThat(made).hasValue(LEADING + (int) RATE);
    assertThat(latencies.count()).isLessThan((long) RATE); // one was under way
    assertThat(latencies.percentileMicros(100)).isLessThan(PAUSE_MILLIS * 1e3 * 0.5);
  }

  @Test
  void refusesAnotherStatus() {
    assertThatThrownBy(() -> load(1, "/gone").greatest(LENGTH))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("404");
  }

  @Test
  void appendsToTheNextConversationAfterFortyTurns() {
    Supplier<ByteBuffer> next = HttpRequests.append(99, "{\"é\":1}");
    for (int i = 0; i < 40; i++) {
      assertThat(text(next.get())).startsWith("POST /cache/conversations/bench-0000000099/items ")
          .contains("Content-Length: 8\r\n")
          .endsWith("\r\n\r\n{\"é\":1}");
    }
    assertThat(text(next.get())).startsWith("POST /cache/conversations/bench-0000000100/items ");
  }

  private static String text(ByteBuffer request) {
    return StandardCharsets.UTF_8.decode(request.duplicate()).toString();
  }
}
