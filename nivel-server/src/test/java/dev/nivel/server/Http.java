package dev.nivel.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** Calls a server as its users do. */
public final class Http {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private final HttpClient client = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .build();
  private final String url;

  /** Calls the server at this address. */
  public Http(String url) {
    this.url = url;
  }

  /** An answer. */
  public record Reply(HttpResponse<byte[]> response) {
    public int status() {
      return response.statusCode();
    }

    public byte[] body() {
      return response.body();
    }

    public String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    public JsonNode json() {
      return MAPPER.readTree(response.body());
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /** The level that answered, as Cache-Status says. */
    public String level() {
      return header("Cache-Status").replaceFirst(".*detail=\"([^\"]*)\".*", "$1");
    }

    /** It is a problem (RFC 9457) of this status, with all that ours say. */
    public void assertProblem(int status) {
      assertThat(status()).as(text()).isEqualTo(status);
      assertThat(header("Content-Type")).isEqualTo("application/problem+json");
      assertThat(json().path("status").asInt()).isEqualTo(status);
      assertThat(json().path("title").asString("")).isNotEmpty();
      assertThat(json().path("detail").asString("")).isNotEmpty();
      assertThat(json().path("type").asString("")).startsWith("urn:nivel:problem:");
    }
  }

  /** Calls it. */
  public Reply get(String path, String... headers) {
    return send("GET", path, "", headers);
  }

  /** Calls it. */
  public Reply delete(String path, String... headers) {
    return send("DELETE", path, "", headers);
  }

  /** Calls it. */
  public Reply post(String path, String body, String... headers) {
    return send("POST", path, body, headers);
  }

  /** Calls it. */
  public Reply put(String path, String body, String... headers) {
    return send("PUT", path, body, headers);
  }

  /** Calls it. */
  public Reply send(String method, String path, String body, String... headers) {
    return send(method, path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** Calls it. */
  public Reply send(String method, String path, byte[] body, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
        .timeout(Duration.ofMinutes(2))
        .method(method,
            body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      return new Reply(client.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + " failed", e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
