package dev.nivel.faults.load;

import dev.nivel.faults.history.Call;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Outcome;
import dev.nivel.faults.history.Reply;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Speaks HTTP with one server, wherever that is at the moment. Safe for use by several threads. */
public final class NodeClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration LONG_PATIENCE = Duration.ofSeconds(90);

  private static final int NOT_FOUND = 404;

  private final HttpClient http = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(Duration.ofSeconds(2))
      .build();
  private final Supplier<String> url;

  /** A client of the server at an address that may change. */
  public NodeClient(Supplier<String> url) {
    this.url = url;
  }

  /** Makes a call. */
  public Operation call(Call call) {
    long start = System.nanoTime();
    Reply reply = reply(call);
    return new Operation(call, start, System.nanoTime(), reply);
  }

  private Reply reply(Call call) {
    HttpRequest request = Requests.of(call, url.get(), PATIENCE);
    try {
      return Answers.of(call.kind(), call.name(), http.send(request, BodyHandlers.ofString()));
    } catch (ConnectException e) {
      return Reply.without(Outcome.FAILED, 0);
    } catch (IOException e) {
      return Reply.without(call.kind().isWrite() ? Outcome.UNKNOWN : Outcome.FAILED, 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Reply.without(Outcome.UNKNOWN, 0);
    }
  }

  /** What {@code /cache/metrics} says; a missing node if there is no answer. */
  public JsonNode metrics() {
    return json("/cache/metrics");
  }

  /** The JSON of a resource; a missing node if there is no answer of status 200. */
  public JsonNode json(String path) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url.get() + path))
        .timeout(PATIENCE)
        .build();
    @Nullable HttpResponse<String> response = send(request);
    return response == null || response.statusCode() != 200
        ? JSON.missingNode()
        : JSON.readTree(response.body());
  }

  /** Whether a read of a conversation is answered, and the answer does not say that it is stale. */
  public boolean answersFresh() {
    @Nullable HttpResponse<String> response = send(HttpRequest
        .newBuilder(URI.create(url.get() + "/cache/conversations/nobody/entries/nothing"))
        .timeout(PATIENCE)
        .build());
    return response != null && response.statusCode() == NOT_FOUND
        && !response.headers().firstValue("Cache-Status").orElse("stale").contains("stale");
  }

  /** Has everything brought to L3; returns what was answered, empty if it has worked. */
  public String sync() {
    @Nullable HttpResponse<String> response = send(
        HttpRequest.newBuilder(URI.create(url.get() + "/cache/sync"))
            .timeout(LONG_PATIENCE)
            .POST(BodyPublishers.noBody())
            .build());
    if (response == null) {
      return "no answer";
    }
    return response.statusCode() == 200 ? "" : response.body();
  }

  private @Nullable HttpResponse<String> send(
      HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
