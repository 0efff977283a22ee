package dev.nivel.server;

import dev.nivel.Nivel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** All routes, and which of them a request means. */
final class Routes {
  private final List<Route> routes;
  /** By method, then number of segments. */
  private final Map<String, Map<Integer, List<Parsed>>> index = new HashMap<>();

  private record Parsed(Route route, List<String> parts, List<String> names) {}

  Routes(List<Route> routes) {
    this.routes = List.copyOf(routes);
    for (Route route : routes) {
      List<String> parts = route.parts();
      index.computeIfAbsent(route.method(), method -> new HashMap<>())
          .computeIfAbsent(parts.size(), size -> new ArrayList<>())
          .add(new Parsed(route, parts, Route.names(parts)));
    }
  }

  /** The routes of the server. */
  static Routes of(Nivel nivel, int valueBytesMax) {
    List<Route> all = new ArrayList<>();
    all.addAll(new EntryRoutes(nivel, valueBytesMax).routes());
    all.addAll(new ItemRoutes(nivel, valueBytesMax).routes());
    all.addAll(new ConversationRoutes(nivel).routes());
    all.addAll(new PreloadRoutes(nivel).routes());
    all.addAll(new SyncRoutes(nivel).routes());
    all.addAll(new QuarantineRoutes(nivel).routes());
    all.addAll(new MetricsRoutes(nivel).routes());
    all.addAll(new HealthRoutes(nivel).routes());
    List<Route> documented = List.copyOf(all);
    all.addAll(new PageRoutes(documented).routes());
    return new Routes(all);
  }

  /** All of them, in the order of their documentation. */
  List<Route> all() {
    return routes;
  }

  /**
   * A route, and a path of its form.
   *
   * @param names of the variables, in their places in the path; empty elsewhere
   * @param segments of the path
   */
  record Match(Route route, List<String> names, List<String> segments) {
    /** A variable of the path, decoded; empty if there is none of this name. */
    String variable(String name) {
      int place = names.indexOf(name);
      return place < 0 ? "" : segments.get(place);
    }
  }

  /** The route that a request means; a problem if there is none. HEAD means GET. */
  Match find(String method, List<String> segments) {
    Optional<Match> match = lookUp(method.equals("HEAD") ? "GET" : method, segments);
    if (match.isPresent()) {
      return match.get();
    }
    TreeSet<String> allowed = new TreeSet<>();
    for (Route route : routes) {
      if (Route.isMatch(route.parts(), segments)) {
        allowed.add(route.method());
      }
    }
    if (allowed.isEmpty()) {
      throw Problem.notFound("there is no such route; GET / names all of them");
    }
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    throw new Problem(405, "this route takes " + String.join(", ", allowed))
        .header("Allow", String.join(", ", allowed));
  }

  private Optional<Match> lookUp(String method, List<String> segments) {
    List<Parsed> candidates = index.getOrDefault(method, Map.of())
        .getOrDefault(segments.size(), List.of());
    for (Parsed parsed : candidates) {
      if (Route.isMatch(parsed.parts, segments)) {
        return Optional.of(new Match(parsed.route, parsed.names, segments));
      }
    }
    return Optional.empty();
  }
}
