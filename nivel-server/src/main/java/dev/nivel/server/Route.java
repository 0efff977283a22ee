package dev.nivel.server;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A method and a path, and what answers them.
 *
 * @param method in capitals
 * @param pattern such as {@code /cache/conversations/{conversation_id}}
 * @param isOpen whether no token is asked for
 * @param bodyBytesMax how long a body may be
 * @param handler answers; may block
 * @param inMemory answers if it can without blocking; null if it never can
 */
record Route(String method, String pattern, boolean isOpen, int bodyBytesMax, Handler handler,
    @Nullable MemoryHandler inMemory) {

  /** Answers a request; may block. */
  interface Handler {
    /** Answers, or throws a {@link Problem}. */
    Response handle(Request request);
  }

  /** Answers a request from memory alone; must not block. */
  interface MemoryHandler {
    /** Answers, or is empty if the levels below memory are needed. */
    Optional<Response> handle(Request request);
  }

  static Route get(String pattern, Handler handler) {
    return new Route("GET", pattern, false, 0, handler, null);
  }

  static Route delete(String pattern, Handler handler) {
    return new Route("DELETE", pattern, false, 0, handler, null);
  }

  static Route post(String pattern, int bodyBytesMax, Handler handler) {
    return new Route("POST", pattern, false, bodyBytesMax, handler, null);
  }

  static Route put(String pattern, int bodyBytesMax, Handler handler) {
    return new Route("PUT", pattern, false, bodyBytesMax, handler, null);
  }

  /** The same, for everybody. */
  Route open() {
    return new Route(method, pattern, true, bodyBytesMax, handler, inMemory);
  }

  /** The same, answered from memory where that is possible. */
  Route orFromMemory(MemoryHandler memory) {
    return new Route(method, pattern, isOpen, bodyBytesMax, handler, memory);
  }

  /** The parts of the pattern. */
  List<String> parts() {
    return pattern.equals("/") ? List.of() : Arrays.asList(pattern.substring(1).split("/", -1));
  }

  /** Whether the segments of a path have the form of a pattern. */
  static boolean isMatch(List<String> parts, List<String> segments) {
    if (parts.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < parts.size(); i++) {
      if (!isVariable(parts.get(i)) && !parts.get(i).equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The names of a pattern's variables, in their places; empty where the path is fixed. */
  static List<String> names(List<String> parts) {
    return parts.stream()
        .map(part -> isVariable(part) ? part.substring(1, part.length() - 1) : "")
        .toList();
  }

  private static boolean isVariable(String part) {
    return part.startsWith("{");
  }
}
