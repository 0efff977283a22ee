package dev.nivel.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running server, over HTTP. Safe for use by several threads. */
final class Remote {
  private static final String URL = "--url";
  private static final String TOKEN = "--token";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final Duration ANSWER_MAX = Duration.ofMinutes(10);

  private final HttpClient client = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(CONNECT_MAX)
      .build();
  private final String url;
  private final Optional<String> token;

  private Remote(String url, Optional<String> token) {
    this.url = url;
    this.token = token;
  }

  /** Adds the options of every command that asks a server. */
  static CommandSpec options(CommandSpec spec) {
    return spec
        .addOption(OptionSpec.builder(URL)
            .paramLabel("URL")
            .type(String.class)
            .description("the server (default: NIVEL_URL, else http://127.0.0.1:8080)")
            .build())
        .addOption(OptionSpec.builder(TOKEN)
            .paramLabel("TOKEN")
            .type(String.class)
            .description("its token (default: NIVEL_API_TOKEN)")
            .build())
        .addOption(OptionSpec.builder("--output")
            .paramLabel("FORMAT")
            .type(String.class)
            .completionCandidates(List.of("text", "json"))
            .defaultValue("text")
            .description("text or json (default: text)")
            .build());
  }

  /** Whether the answer is to be shown as the server gave it. */
  static boolean isJson(ParseResult arguments) {
    String format = arguments.matchedOptionValue("--output", "text");
    if (!format.equals("text") && !format.equals("json")) {
      throw CommandFailure.ofUse("--output is \"" + format + "\"; allowed is text or json");
    }
    return format.equals("json");
  }

  /** The server that the arguments or the environment name. */
  static Remote of(ParseResult arguments, Map<String, String> environment) {
    String url = arguments.matchedOptionValue(URL,
        environment.getOrDefault("NIVEL_URL", "http://127.0.0.1:8080"));
    Optional<String> given = Optional.ofNullable(arguments.matchedOptionValue(TOKEN, null));
    Optional<String> token = given.or(() -> fromEnvironment(environment));
    return new Remote(url.replaceFirst("/+$", ""), token);
  }

  private static Optional<String> fromEnvironment(Map<String, String> environment) {
    String file = environment.getOrDefault("NIVEL_API_TOKEN_FILE", "");
    String token = environment.getOrDefault("NIVEL_API_TOKEN", "");
    try {
      return token.isEmpty() && !file.isEmpty()
          ? Optional.of(Files.readString(Path.of(file)).strip())
          : Optional.of(token).filter(text -> !text.isEmpty());
    } catch (IOException e) {
      throw new CommandFailure("NIVEL_API_TOKEN_FILE can't be read: " + e.getMessage());
    }
  }

  /** An answer. */
  record Reply(int status, byte[] body) {
    boolean isSuccess() {
      return status / 100 == 2;
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() {
      return MAPPER.readTree(body);
    }

    /** What the server said was wrong. */
    String problem() {
      try {
        return json().path("detail").asString("status " + status);
      } catch (JacksonException e) {
        return "status " + status;
      }
    }

    /** This, or a failure if it is no success. */
    Reply orFail() {
      if (!isSuccess()) {
        throw new CommandFailure(problem() + " (" + status + ")");
      }
      return this;
    }
  }

  /** A path of encoded segments. */
  static String path(String... segments) {
    StringBuilder path = new StringBuilder();
    for (String segment : segments) {
      path.append('/')
          .append(URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"));
    }
    return path.toString();
  }

  Reply get(String path) {
    return send(path, "GET", "", new byte[0]);
  }

  Reply delete(String path) {
    return send(path, "DELETE", "", new byte[0]);
  }

  Reply post(String path, String contentType, byte[] body) {
    return send(path, "POST", contentType, body);
  }

  Reply put(String path, String contentType, byte[] body) {
    return send(path, "PUT", contentType, body);
  }

  private Reply send(String path, String method, String contentType, byte[] body) {
    HttpRequest.Builder request;
    try {
      request = HttpRequest.newBuilder(URI.create(url + path))
          .timeout(ANSWER_MAX)
          .method(method,
              body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.ofUse("--url is \"" + url + "\"; allowed is http://host:port");
    }
    token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    if (!contentType.isEmpty()) {
      request.header("Content-Type", contentType);
    }
    try {
      HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
      return new Reply(response.statusCode(), response.body());
    } catch (ConnectException e) {
      throw new CommandFailure("no server answers at " + url + "; start one by: nivel serve");
    } catch (IOException e) {
      throw new CommandFailure("the connection to " + url + " failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    }
  }
}
