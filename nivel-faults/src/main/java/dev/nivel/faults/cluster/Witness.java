package dev.nivel.faults.cluster;

import dev.nivel.Settings;
import dev.nivel.server.Server;
import java.util.Map;

/** A server that has nothing in memory: what it says comes from the stores. */
public final class Witness implements AutoCloseable {
  private final Server server;

  private Witness(Server server) {
    this.server = server;
  }

  static Witness start(Map<String, String> environment) {
    return new Witness(Server.start(Settings.of(environment)));
  }

  /** Where it can be reached. */
  public String url() {
    return server.url();
  }

  @Override
  public void close() {
    server.close();
  }
}
