package dev.nivel.supabase;

import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Functions called over REST, as PostgREST has them: a POST each, on connections that stay open.
 * Redirections are not followed, for the key would go along. While the server asks for patience
 * ({@code Retry-After}), it is not called.
 */
final class RestFunctions implements Functions {
  private static final String SCHEMA = "nivel";
  private static final String USER_AGENT = "nivel";
  /** Of the functions that return their rows as one value (V5__functions.sql). */
  private static final String PREFIX = "rest_";
  private static final int OK = 200;
  /** More than twice the longest value; who asks for more gets it in parts. */
  private static final int ANSWER_BYTES_MAX = 64 << 20;
  private static final int COMPRESSED_FROM_BYTES = 4 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(RestFunctions.class);

  private final RestUrl url;
  private final Duration timeout;
  private final Semaphore turns;
  private final HttpClient client;
  private final RetryAfter patience = new RetryAfter();
  /** Whether the server takes compressed requests; it is asked at each probe. */
  private volatile boolean takesGzip;

  /**
   * Opens nothing yet.
   *
   * @param timeout the deadline of one call, waiting for its turn included
   * @param callsMax how many calls may be under way at a time
   */
  RestFunctions(RestUrl url, Duration timeout, int callsMax) {
    this.url = url;
    this.timeout = timeout;
    turns = new Semaphore(callsMax);
    client = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(timeout.dividedBy(2))
        .build();
  }

  @Override
  public <T> List<T> call(Call call, RowReader<T> reader) {
    String operation = call.operation() + " on " + url;
    HttpResponse<byte[]> answer = inTurn(operation, endNanos -> {
      byte[] arguments = RestJson.arguments(call);
      boolean isCompressed = takesGzip && arguments.length >= COMPRESSED_FROM_BYTES;
      return await(operation, request(call.function(), arguments, isCompressed), endNanos);
    });
    if (answer.statusCode() != OK) {
      throw RestErrors.of(operation, answer.statusCode(), RestJson.errorCode(answer.body()));
    }
    return RestJson.rows(answer.body()).stream().map(row -> Functions.read(row, reader)).toList();
  }

  /** Waits for a turn, then asks; nothing is made ready before. */
  private HttpResponse<byte[]> inTurn(String operation, LongFunction<HttpResponse<byte[]>> work) {
    long endNanos = System.nanoTime() + timeout.toNanos();
    patience.check(operation);
    awaitTurn(operation);
    try {
      patience.check(operation); // it may have been asked for meanwhile
      HttpResponse<byte[]> answer = work.apply(endNanos);
      patience.note(answer);
      return answer;
    } finally {
      turns.release();
    }
  }

  private void awaitTurn(String operation) {
    try {
      if (!turns.tryAcquire(timeout.toNanos() / 2, TimeUnit.NANOSECONDS)) {
        throw UnavailableException.busy(operation + " found too many calls under way");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException(operation + " was interrupted while it waited for its turn");
    }
  }

  private HttpRequest request(String function, byte[] arguments, boolean isCompressed) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url.function(PREFIX + function))
        .header("Content-Type", "application/json")
        .header("Content-Profile", SCHEMA)
        .header("Accept", "application/json")
        .header("User-Agent", USER_AGENT);
    url.credentials().forEach(request::header);
    if (isCompressed) {
      request.header("Content-Encoding", "gzip");
    }
    return request
        .POST(BodyPublishers.ofByteArray(isCompressed ? compressed(arguments) : arguments))
        .build();
  }

  private static byte[] compressed(byte[] bytes) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory has no failures
    }
    return compressed.toByteArray();
  }

  private HttpResponse<byte[]> await(String operation, HttpRequest request, long endNanos) {
    CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request,
        info -> new BoundedBody(ANSWER_BYTES_MAX));
    try {
      return answer.get(Math.max(1, endNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new UnavailableException(operation + " took over " + timeout.toMillis() + " ms",
          Outcome.UNKNOWN, e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new UnavailableException(operation + " was interrupted", Outcome.UNKNOWN, e);
    } catch (ExecutionException e) {
      throw failure(operation, e.getCause());
    }
  }

  private static RuntimeException failure(String operation, @Nullable Throwable cause) {
    if (cause instanceof BoundedBody.TooLargeException) {
      return RestErrors.tooLarge(operation);
    }
    boolean isConnected = !(cause instanceof ConnectException
        || cause instanceof HttpConnectTimeoutException);
    return new UnavailableException(operation + " failed: " + cause,
        isConnected ? Outcome.UNKNOWN : Outcome.NOT_APPLIED, cause);
  }

  /**
   * Finds out whether the server takes compressed requests, by one that reads nothing. PostgREST 12
   * takes none; something before it may. If there is no answer, nothing is learned.
   */
  void learnEncodings() {
    Call nothing = new Call("a compressed question", "read_entry").text("p_conversation", "")
        .text("p_name", "");
    String operation = nothing.operation() + " to " + url;
    try {
      HttpRequest request = request(nothing.function(), RestJson.arguments(nothing), true);
      takesGzip = inTurn(operation, endNanos -> await(operation, request, endNanos))
          .statusCode() == OK;
    } catch (UnavailableException e) {
      LOG.debug("Whether requests may be compressed is not known", e);
    }
  }

  @Override
  public String toString() {
    return url.toString();
  }

  @Override
  public void close() {
    // the client ends with its last reference
  }
}
