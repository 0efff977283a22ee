package dev.nivel.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** {@code /}, a page that names all routes, and {@code /openapi.json}. */
final class PageRoutes {
  private final List<Route> documented;
  private final byte[] openApi = resource("openapi.json");

  PageRoutes(List<Route> documented) {
    this.documented = documented;
  }

  List<Route> routes() {
    return List.of(Route.get("/openapi.json", this::openApi).open(),
        Route.get("/", this::page).open());
  }

  private Response openApi(Request request) {
    return Response.json(200, openApi);
  }

  private Response page(Request request) {
    StringBuilder rows = new StringBuilder();
    for (Route route : documented) {
      rows.append("<tr><td>")
          .append(route.method())
          .append("</td><td><code>")
          .append(route.pattern())
          .append("</code></td></tr>\n");
    }
    String template = new String(resource("index.html"), StandardCharsets.UTF_8);
    byte[] page = template.replace("<!-- routes -->", rows).getBytes(StandardCharsets.UTF_8);
    return Response.of(200, "text/html; charset=utf-8", page)
        .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  }

  private static byte[] resource(String name) {
    try (InputStream file = PageRoutes.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(file, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
