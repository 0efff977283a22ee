package dev.nivel.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The stores, Nivel's server on them, and the bare one. For use by one thread. */
final class HttpPeers implements AutoCloseable {
  /** What is loaded once is to stay, and a busy store is not out. */
  private static final Map<String, String> VARIABLES = Map.of("NIVEL_API_TOKEN",
      HttpRequests.TOKEN, "REDIS_L1_CACHE_TTL", "86400", "REDIS_TIMEOUT_MS", "10000",
      "SUPABASE_TIMEOUT_MS", "60000");

  private final Options options;
  private final Stores stores;
  private final LoadedServer nivel;
  private final LoadedServer bare;
  private final int compressingPort = LoadedServer.freePort();

  private HttpPeers(Options options, String constant) {
    this.options = options;
    stores = Stores.start(options.directory());
    nivel = startNivel("nivel", "");
    bare = startBare(constant);
  }

  /**
   * Starts everything.
   *
   * @param constant what the bare server answers
   */
  static HttpPeers start(Options options, String constant) {
    return new HttpPeers(options, constant);
  }

  private LoadedServer startBare(String constant) {
    Path file = options.directory().resolve("constant");
    try {
      Files.writeString(file, constant);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int port = LoadedServer.freePort();
    return LoadedServer.start(new LoadedServer.Program("",
        List.of(BareServer.class.getName(), Integer.toString(port),
            Integer.toString(compressingPort), file.toString()),
        Map.of(), log("bare")), options.storesCore(), port);
  }

  private LoadedServer startNivel(String name, String classPath) {
    int port = LoadedServer.freePort();
    Map<String, String> variables = new HashMap<>(stores.variables(name, VARIABLES));
    variables.put("NIVEL_PORT", Integer.toString(port));
    return LoadedServer.start(new LoadedServer.Program(classPath,
        List.of("dev.nivel.cli.Main", "serve"), variables, log(name)), options.storesCore(), port);
  }

  private Path log(String name) {
    return options.directory().resolve(name + ".log");
  }

  LoadedServer nivel() {
    return nivel;
  }

  LoadedServer bare() {
    return bare;
  }

  /** Where the bare server compresses on the fly. */
  int compressingPort() {
    return compressingPort;
  }

  /** Starts a second Nivel, whose meters are empty. */
  LoadedServer startSilent() {
    Path classes = options.directory().resolve("silent");
    SilentMeters.write(classes);
    return startNivel("nivel-silent", classes + File.pathSeparator);
  }

  @Override
  public void close() {
    bare.close();
    nivel.close();
    stores.close();
  }
}
