package dev.nivel.server;

import dev.nivel.Mode;
import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import dev.nivel.Settings;
import dev.nivel.store.ConfigurationException;
import java.util.ArrayList;
import java.util.List;

/** The whole server: stores, library and HTTP. */
public final class Server implements AutoCloseable {
  private final Stores stores;
  private final Nivel nivel;
  private final HttpFront front;
  private final ServerConfig config;
  private boolean isClosed;

  private Server(Stores stores, Nivel nivel, HttpFront front, ServerConfig config) {
    this.stores = stores;
    this.nivel = nivel;
    this.front = front;
    this.config = config;
  }

  /**
   * Starts everything; when this returns, requests are answered.
   *
   * @throws ConfigurationException if only an operator can mend what is wrong
   */
  public static Server start(Settings settings) {
    ServerConfig config = ServerConfig.of(settings);
    NivelConfig library = NivelConfig.of(settings); // refuses before anything is started
    HttpFront.check(config.host(), config.port());
    Stores stores = Stores.start(settings);
    try {
      Nivel nivel = Nivel.open(NivelConfig.of(stores.settings()));
      try {
        HttpFront front = HttpFront.listen(config.host(), config.port(),
            Routes.of(nivel, library.valueBytesMax()), new Access(config.token()));
        return new Server(stores, nivel, front, config);
      } catch (RuntimeException e) {
        nivel.close();
        throw e;
      }
    } catch (RuntimeException e) {
      stores.close();
      throw e;
    }
  }

  /** The version of Nivel. */
  public static String version() {
    String version = Server.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  /** Where it can be reached. */
  public String url() {
    return config.url(front.port());
  }

  /** What it is and uses, a line each. */
  public List<String> description() {
    List<String> lines = new ArrayList<>();
    lines.add("Nivel " + version() + " listens on " + url());
    stores.descriptions().forEach(line -> lines.add("  " + line));
    lines.add("  Access    " + (config.token().isPresent() ? "with the token of NIVEL_API_TOKEN"
        : "from this machine, without a token"));
    if (!nivel.mode().equals(Mode.NORMAL)) {
      lines.add("  Mode      " + nivel.mode() + ": see the log");
    }
    return lines;
  }

  /** Takes no more requests, finishes those under way, syncs what it can, and ends its stores. */
  @Override
  public synchronized void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    front.close();
    nivel.close();
    stores.close();
  }
}
