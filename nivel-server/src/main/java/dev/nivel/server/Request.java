package dev.nivel.server;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A request, free of the HTTP server's types. */
final class Request {
  private static final byte[] NOTHING = {};

  private final String method;
  private final Routes.Match match;
  private final Map<String, String> query;
  private final Function<String, Optional<String>> headers;
  private final byte[] body;

  /**
   * @param match the path, which holds the route's variables
   * @param headers finds a header by its name; several of one name are joined by commas
   */
  Request(String method, Routes.Match match, Map<String, String> query,
      Function<String, Optional<String>> headers) {
    this.method = method;
    this.match = match;
    this.query = query;
    this.headers = headers;
    body = NOTHING;
  }

  private Request(Request head, byte[] body) {
    method = head.method;
    match = head.match;
    query = head.query;
    headers = head.headers;
    this.body = body;
  }

  /** The same with its body, which came later. */
  Request with(byte[] received) {
    return new Request(this, received);
  }

  String method() {
    return method;
  }

  /** A variable of the path, decoded. */
  String parameter(String name) {
    return match.variable(name);
  }

  /** A header; empty if it is not there. */
  Optional<String> header(String name) {
    return headers.apply(name);
  }

  byte[] body() {
    return body;
  }

  /** A query parameter; empty if it is not there. */
  Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }

  /** A query parameter that is a whole number. */
  Optional<Long> number(String name, long min, long max) {
    return query(name).map(text -> {
      try {
        long value = Long.parseLong(text);
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException e) {
        // falls through to the same refusal
      }
      throw Problem.malformed("the query parameter \"" + name + "\" is \"" + text
          + "\"; allowed is a whole number from " + min + " to " + max);
    });
  }

  /** Refuses query parameters that would be ignored: most likely a misspelled one. */
  void allowQuery(String... names) {
    for (String name : query.keySet()) {
      if (!Set.of(names).contains(name)) {
        throw Problem.malformed("the query parameter \"" + name + "\" is not known here"
            + (names.length == 0 ? "" : "; known are " + String.join(", ", names)));
      }
    }
  }
}
