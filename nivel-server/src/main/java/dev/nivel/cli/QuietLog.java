package dev.nivel.cli;

import java.util.logging.LogManager;

/** No log: a command tells its user what it has to say. */
final class QuietLog {
  private QuietLog() {}

  static void setUp() {
    LogManager.getLogManager().reset();
  }
}
