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
import java.util.concurrent.atomic.AtomicBoolean;
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

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicBoolean hasPaused = new AtomicBoolean();
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
    if (path.equals("/pausing") && hasPaused.compareAndSet(false, true)) {
      pause();
    }
    byte[] body = new byte[200];
    exchange.sendResponseHeaders(path.equals("/gone") ? 404 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void pause() {
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
    HttpLoad.Result result = load(1, "/pausing").steady(20, LENGTH.plusMillis(PAUSE_MILLIS));
    assertThat(result.answers()).isGreaterThan(1);
    assertThat(result.p99Micros()).isGreaterThan(PAUSE_MILLIS * 1e3 * 0.9);
    // Not the one request alone waited for the end of the pause, but all that were due in it.
    assertThat(result.p50Micros()).isGreaterThan(PAUSE_MILLIS * 1e3 * 0.1);
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
