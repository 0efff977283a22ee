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
  /** By method and number of segments. */
  private final Map<String, List<Parsed>> index = new HashMap<>();

  private record Parsed(Route route, List<String> parts) {}

  Routes(List<Route> routes) {
    this.routes = List.copyOf(routes);
    for (Route route : routes) {
      Parsed parsed = new Parsed(route, route.parts());
      index.computeIfAbsent(key(route.method(), parsed.parts.size()), k -> new ArrayList<>())
          .add(parsed);
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

  /** A route and the variables in its path. */
  record Match(Route route, Map<String, String> variables) {}

  /** The route that a request means; a problem if there is none. HEAD means GET. */
  Match find(String method, List<String> segments) {
    Optional<Match> match = lookUp(method.equals("HEAD") ? "GET" : method, segments);
    if (match.isPresent()) {
      return match.get();
    }
    TreeSet<String> allowed = new TreeSet<>();
    for (Route route : routes) {
      if (Route.match(route.parts(), segments).isPresent()) {
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
    for (Parsed parsed : index.getOrDefault(key(method, segments.size()), List.of())) {
      Optional<Map<String, String>> variables = Route.match(parsed.parts, segments);
      if (variables.isPresent()) {
        return Optional.of(new Match(parsed.route, variables.get()));
      }
    }
    return Optional.empty();
  }

  private static String key(String method, int segments) {
    return method + segments;
  }
}
