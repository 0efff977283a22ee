package dev.nivel.bench.l1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/** How the processes of trials log: the JVM makes one by name. Their lines would hide results. */
public final class Silence {
  /** Leaves no handler. */
  public Silence() throws IOException {
    LogManager.getLogManager()
        .readConfiguration(
            new ByteArrayInputStream(".level=SEVERE".getBytes(StandardCharsets.UTF_8)));
  }
}
