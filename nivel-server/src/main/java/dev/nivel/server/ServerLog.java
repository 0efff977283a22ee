package dev.nivel.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/** Logging by java.util.logging: one line an event on standard error. */
public final class ServerLog {
  private static final String PROPERTIES = """
      handlers = java.util.logging.ConsoleHandler
      .level = INFO
      java.util.logging.ConsoleHandler.level = ALL
      java.util.logging.ConsoleHandler.formatter = java.util.logging.SimpleFormatter
      java.util.logging.SimpleFormatter.format = %1$tFT%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n
      io.lettuce.level = SEVERE
      io.netty.level = WARNING
      io.vertx.level = WARNING
      com.zaxxer.hikari.level = SEVERE
      org.flywaydb.level = SEVERE
      dev.nivel.embedded.level = WARNING
      """;

  private ServerLog() {}

  /** Sets it up for this process. */
  public static void setUp() {
    try {
      LogManager.getLogManager()
          .readConfiguration(
              new ByteArrayInputStream(PROPERTIES.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
