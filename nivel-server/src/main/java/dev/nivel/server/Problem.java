package dev.nivel.server;

import dev.nivel.store.CorruptException;
import dev.nivel.store.NivelException;
import dev.nivel.store.RejectedException;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A request that is not granted, answered as RFC 9457 has it. Never holds a value, a credential or
 * a stack trace.
 */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final Map<Integer, String> TITLES = Map.ofEntries(
      Map.entry(400, "Malformed request"), Map.entry(401, "No valid token"),
      Map.entry(403, "Not allowed"), Map.entry(404, "Not found"),
      Map.entry(405, "Method not allowed"), Map.entry(408, "Request not complete in time"),
      Map.entry(409, "Conflict"), Map.entry(412, "Precondition failed"),
      Map.entry(413, "Too large"),
      Map.entry(414, "Request line too long"), Map.entry(415, "Unsupported media type"),
      Map.entry(421, "Misdirected request"), Map.entry(422, "Unprocessable content"),
      Map.entry(431, "Headers too large"),
      Map.entry(500, "Internal error"), Map.entry(503, "Unavailable"));

  private final int status;
  private final transient Map<String, String> headers = new LinkedHashMap<>();
  private final transient Map<String, Object> members = new LinkedHashMap<>();

  Problem(int status, String detail) {
    super(detail, null, false, false);
    this.status = status;
  }

  static Problem malformed(String detail) {
    return new Problem(400, detail);
  }

  static Problem notFound(String detail) {
    return new Problem(404, detail);
  }

  /** What a failure of the library means to a caller. */
  static Problem of(NivelException failure) {
    String detail = failure.getMessage();
    return switch (failure) {
      case RejectedException rejected -> switch (rejected.reason()) {
        case CONDITION -> new Problem(412, detail);
        case KEY_REUSED -> new Problem(409, detail);
        case MALFORMED -> new Problem(400, detail);
        case TOO_LARGE -> new Problem(413, detail);
      };
      case UnavailableException unavailable -> {
        Problem problem = new Problem(503, detail).with("retryable", true)
            .header("Retry-After", "1");
        yield unavailable.outcome() == Outcome.UNKNOWN ? problem.with("outcome", "unknown")
            : problem;
      }
      case CorruptException _ -> new Problem(500, "a stored value is damaged");
      default -> new Problem(503, detail).with("retryable", false);
    };
  }

  /** With one more member in the answer. */
  Problem with(String member, Object value) {
    members.put(member, value);
    return this;
  }

  /** With a header of the answer. */
  Problem header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  int status() {
    return status;
  }

  /** The answer. */
  Response response() {
    String title = TITLES.getOrDefault(status, "Problem");
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "urn:nivel:problem:" + title.toLowerCase(Locale.ROOT).replace(' ', '-'));
    body.put("title", title);
    body.put("status", status);
    body.put("detail", String.valueOf(getMessage()));
    body.putAll(members);
    Response response = Response.of(status, "application/problem+json", Json.bytes(body));
    headers.forEach(response::header);
    return response;
  }
}
