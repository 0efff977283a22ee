package dev.nivel.server;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: the one file that knows Vert.x.
 *
 * <p>The event loops parse requests and answer what memory alone can answer; everything else runs
 * in blocking code on a virtual thread. What a request may take is bounded: line, headers, body,
 * idle time, and how many are answered at a time.
 */
final class HttpFront implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
  private static final int LINE_BYTES_MAX = 8_192;
  private static final int HEADER_BYTES_MAX = 16_384;
  private static final int IDLE_SECONDS_MAX = 60;
  private static final int IN_FLIGHT_MAX = 2_000;
  private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized(
      "X-Content-Type-Options");
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
  /** Has Vert.x keep the bytes of headers that do not change, those of {@link Heads}. */
  private static final String KEEP_HEADS_AS_BYTES = "vertx.cacheImmutableHttpResponseHeaders";
  private static final int NOT_MODIFIED = 304;
  private static final long LINGER_MILLIS = 1_000;
  private static final Duration FINISH_MAX = Duration.ofSeconds(5);

  private final Routes routes;
  private final Access access;
  private final Vertx vertx;
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
  private final List<HttpServer> servers = new ArrayList<>();
  private volatile int port;

  private HttpFront(Routes routes, Access access) {
    this.routes = routes;
    this.access = access;
    if (System.getProperty(KEEP_HEADS_AS_BYTES) == null) {
      System.setProperty(KEEP_HEADS_AS_BYTES, "true");
    }
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(eventLoops()));
  }

  private static int eventLoops() {
    return Math.max(1, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Finds out before anything else is started whether a port can be listened on.
   *
   * @throws ConfigurationException if it can't
   */
  static void check(String host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (IOException e) {
      throw canNotListen(host, port, e);
    }
  }

  private static ConfigurationException canNotListen(String host, int port, Throwable cause) {
    String why = cause instanceof BindException ? "it is in use, or not this machine's"
        : String.valueOf(cause);
    return new ConfigurationException("NIVEL_HOST and NIVEL_PORT are \"" + host + "\" and \""
        + port + "\", where the server can't listen: " + why, cause);
  }

  /**
   * Starts to listen.
   *
   * @param port 0 = a free one
   * @throws ConfigurationException if that is not possible
   */
  static HttpFront listen(String host, int port, Routes routes, Access access) {
    HttpFront front = new HttpFront(routes, access);
    try {
      front.port = port == 0 ? freePort(host) : port;
      for (int i = 0; i < eventLoops(); i++) { // they share the port, an event loop each
        front.listenOnce(host, front.port);
      }
    } catch (CompletionException | IOException e) {
      front.close();
      throw canNotListen(host, port, e.getCause() == null ? e : e.getCause());
    }
    return front;
  }

  private static int freePort(String host) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.getLocalPort();
    }
  }

  private void listenOnce(String host, int wanted) {
    HttpServerOptions options = new HttpServerOptions().setHost(host)
        .setPort(wanted)
        .setTcpNoDelay(true)
        .setMaxInitialLineLength(LINE_BYTES_MAX)
        .setMaxHeaderSize(HEADER_BYTES_MAX)
        .setIdleTimeout(IDLE_SECONDS_MAX)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setHttp2ClearTextEnabled(false)
        .setPerFrameWebSocketCompressionSupported(false) // there are no web sockets here
        .setPerMessageWebSocketCompressionSupported(false);
    HttpServer[] started = new HttpServer[1];
    Heads heads = new Heads();
    vertx.deployVerticle(context -> {
      started[0] = vertx.createHttpServer(options)
          .requestHandler(http -> receive(http, heads))
          .invalidRequestHandler(HttpFront::refuseInvalid);
      return started[0].listen();
    }).toCompletionStage().toCompletableFuture().join();
    servers.add(started[0]);
  }

  /** The port on which it listens. */
  int port() {
    return port;
  }

  /** On the event loop: finds the route, and answers at once or has a worker answer. */
  private void receive(HttpServerRequest http, Heads heads) {
    try {
      Target target = Target.parse(orEmpty(http.path()), orEmpty(http.query()));
      Routes.Match match = routes.find(http.method().name(), target.segments());
      Route route = match.route();
      if (!route.isOpen()) {
        access.check(header(http, "Authorization"), () -> header(http, "Host"));
      }
      Request request = new Request(http.method().name(), match, target.query(),
          name -> header(http, name));
      Optional<Response> known = fromMemory(route, request);
      if (known.isPresent()) {
        send(http, known.get(), heads);
      } else {
        receiveBody(http, route, request);
      }
    } catch (Problem e) {
      refuse(http, e);
    } catch (RuntimeException e) { // the edge of HTTP
      send(http, unforeseen(e));
    }
  }

  /** Answers what is not HTTP as it should be, and closes the connection. */
  private static void refuseInvalid(HttpServerRequest http) {
    Throwable cause = http.decoderResult().cause();
    Problem problem = switch (cause) {
      case TooLongHttpLineException _ ->
        new Problem(414, "a request line has up to " + LINE_BYTES_MAX + " bytes");
      case TooLongHttpHeaderException _ ->
        new Problem(431, "headers have up to " + HEADER_BYTES_MAX + " bytes in all");
      default -> Problem.malformed("this is not HTTP as it should be");
    };
    send(http, problem.response().header("Connection", "close"));
    http.connection().close();
  }

  private static Optional<Response> fromMemory(Route route, Request request) {
    Route.MemoryHandler memory = route.inMemory();
    try {
      return memory == null ? Optional.empty() : memory.handle(request);
    } catch (NivelException e) {
      throw Problem.of(e);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static Optional<String> header(HttpServerRequest http, String name) {
    @Nullable String first = http.headers().get(name);
    if (first == null) { // no list is made for a header that is not there
      return Optional.empty();
    }
    List<String> values = http.headers().getAll(name);
    return Optional.of(values.size() == 1 ? first : String.join(", ", values));
  }

  /** Gathers the body up to the route's bound, then hands over to a worker. */
  private void receiveBody(HttpServerRequest http, Route route, Request request) {
    int bytesMax = route.bodyBytesMax();
    long declared = http.headers().contains("Content-Length")
        ? Long.parseLong(http.getHeader("Content-Length"))
        : 0;
    if (declared > bytesMax) {
      throw tooLarge(bytesMax);
    }
    Buffer body = Buffer.buffer();
    http.handler(chunk -> {
      if (body.length() + (long) chunk.length() <= bytesMax) {
        body.appendBuffer(chunk);
      } else if (!http.response().headWritten()) {
        refuse(http, tooLarge(bytesMax));
      }
    });
    http.endHandler(done -> {
      if (!http.response().headWritten()) {
        handOver(http, route, request.with(body.getBytes()));
      }
    });
    http.exceptionHandler(broken -> LOG.debug("A request broke off", broken));
  }

  private static Problem tooLarge(int bytesMax) {
    return new Problem(413, bytesMax == 0 ? "this route takes no body"
        : "a body has up to " + bytesMax + " bytes here");
  }

  private void handOver(HttpServerRequest http, Route route, Request request) {
    if (!inFlight.tryAcquire()) {
      send(http, new Problem(503, "too many requests at a time").with("retryable", true)
          .header("Retry-After", "1")
          .response());
      return;
    }
    Context context = vertx.getOrCreateContext();
    // No executor, which would keep a list of threads: inFlight counts and bounds them.
    Thread.startVirtualThread(() -> {
      try {
        Response response = answer(route, request);
        context.runOnContext(ignored -> send(http, response));
      } finally {
        inFlight.release();
      }
    });
  }

  private static Response answer(Route route, Request request) {
    try {
      return route.handler().handle(request);
    } catch (Problem e) {
      return e.response();
    } catch (NivelException e) {
      return Problem.of(e).response();
    } catch (RuntimeException e) { // the edge of HTTP
      return unforeseen(e);
    }
  }

  private static Response unforeseen(RuntimeException e) {
    LOG.error("A request failed in a way that nobody foresaw", e);
    return new Problem(500, "something went wrong that nobody foresaw; the log has it").response();
  }

  /** Answers before the body was read, which is not read any more. */
  private void refuse(HttpServerRequest http, Problem problem) {
    String length = http.getHeader("Content-Length");
    boolean hasBody = http.headers().contains("Transfer-Encoding")
        || (length != null && !length.equals("0"));
    if (!hasBody) {
      send(http, problem.response());
      return;
    }
    // What is still on its way is thrown away for a moment, so that the caller gets to read the
    // answer.
    http.handler(chunk -> {});
    send(http, problem.response().header("Connection", "close"));
    vertx.setTimer(LINGER_MILLIS, timer -> http.connection().close());
  }

  /** The same with a head that is at hand, if the answer is one that comes again and again. */
  private static void send(HttpServerRequest http, Response response, Heads heads) {
    if (!response.isRecurring() || !http.method().equals(HttpMethod.GET)) {
      send(http, response);
      return;
    }
    http.response().headers().setAll(heads.of(response));
    http.response().end(shared(response.body()));
  }

  private static void send(HttpServerRequest http, Response response) {
    HttpServerResponse out = http.response();
    if (out.ended() || out.closed()) {
      return;
    }
    out.setStatusCode(response.status());
    response.forEachHeader((name, value) -> out.putHeader(name, value));
    out.putHeader(CONTENT_TYPE_OPTIONS, NOSNIFF);
    if (http.method().name().equals("HEAD") && response.status() != NOT_MODIFIED) {
      out.putHeader("Content-Length", Integer.toString(response.body().length));
      out.end();
    } else {
      out.end(shared(response.body()));
    }
  }

  /**
   * Heads that were sent lately, which took a check of each header to put together. One event
   * loop's own.
   */
  private static final class Heads {
    private static final int PLACES = 1_024;

    private final @Nullable Head[] places = new Head[PLACES];

    /**
     * @param headers names and values by turns
     * @param length of the body
     * @param prepared all of it
     */
    private record Head(List<String> headers, int length, MultiMap prepared) {}

    MultiMap of(Response response) {
      List<String> headers = response.headers();
      int length = response.body().length;
      int hash = headers.hashCode();
      int place = (hash ^ hash >>> 16) & (PLACES - 1);
      @Nullable Head known = places[place];
      if (known != null && known.length == length && headers.equals(known.headers)) {
        return known.prepared;
      }
      MultiMap prepared = prepare(response);
      places[place] = new Head(headers, length, prepared);
      return prepared;
    }

    private static MultiMap prepare(Response response) {
      MultiMap head = HttpHeaders.headers();
      response.forEachHeader((name, value) -> head.set(HttpHeaders.createOptimized(name),
          HttpHeaders.createOptimized(value)));
      return head.set(CONTENT_TYPE_OPTIONS, NOSNIFF)
          .set(HttpHeaders.CONTENT_LENGTH, Integer.toString(response.body().length))
          .copy(false);
    }
  }

  /** A view of bytes that nobody writes to, where Vert.x would copy them. */
  private static Buffer shared(byte[] bytes) {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
  }

  /** Takes no more requests, gives those under way five seconds to finish, and ends. */
  @Override
  public void close() {
    for (HttpServer server : servers) {
      server.shutdown(FINISH_MAX.toSeconds(), TimeUnit.SECONDS)
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    }
    try {
      if (!inFlight.tryAcquire(IN_FLIGHT_MAX, FINISH_MAX.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("Some requests did not finish in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
