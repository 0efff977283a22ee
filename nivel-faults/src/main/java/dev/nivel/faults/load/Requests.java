package dev.nivel.faults.load;

import dev.nivel.faults.history.Call;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The requests of HTTP that calls mean. Stateless. */
final class Requests {
  private Requests() {}

  /** The request of a call to the server at an address. */
  static HttpRequest of(Call call, String url, Duration patience) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path(call)))
        .timeout(patience);
    return switch (call.kind()) {
      case PUT -> put(request, call).build();
      case PUT_IF -> put(request, call).header("If-Match", "\"" + call.argument() + "\"").build();
      case PUT_NEW -> put(request, call).header("If-None-Match", "*").build();
      case DELETE, ERASE -> request.DELETE().build();
      case APPEND -> post(request, call).build();
      default -> request.GET().build();
    };
  }

  private static HttpRequest.Builder put(HttpRequest.Builder request, Call call) {
    return request.PUT(BodyPublishers.ofString(call.texts().getFirst()))
        .header("Content-Type", "application/json");
  }

  private static HttpRequest.Builder post(HttpRequest.Builder request, Call call) {
    request.POST(BodyPublishers.ofString(body(call))).header("Content-Type", "application/json");
    return call.key().isEmpty() ? request : request.header("Idempotency-Key", call.key());
  }

  private static String body(Call call) {
    return call.texts().size() == 1 ? call.texts().getFirst()
        : "[" + String.join(",", call.texts()) + "]";
  }

  private static String path(Call call) {
    String conversation = "/cache/conversations/" + encoded(call.conversation());
    return switch (call.kind()) {
      case PUT, PUT_IF, PUT_NEW, DELETE, READ_ENTRY ->
        conversation + "/entries/" + encoded(call.name());
      case APPEND -> conversation + "/items";
      case READ_LAST -> conversation + "/items?last=" + call.argument();
      case READ_AFTER -> conversation + "/items?after=" + call.argument() + "&limit=100";
      case ERASE, READ_ALL -> conversation;
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
