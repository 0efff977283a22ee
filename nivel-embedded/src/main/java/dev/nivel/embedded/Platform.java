package dev.nivel.embedded;

import java.util.Locale;

/** The systems for which there are binaries. */
final class Platform {
  private Platform() {}

  static void requireSupported(String operatingSystem, String processor) {
    boolean isLinux = operatingSystem.toLowerCase(Locale.ROOT).contains("linux");
    boolean isX86 = processor.equals("amd64") || processor.equals("x86_64");
    if (!isLinux || !isX86) {
      throw new EmbeddedServerException("there are no embedded servers for " + operatingSystem
          + " on " + processor + ", only for Linux on x86_64; run Redis and PostgreSQL yourself"
          + " and configure their addresses");
    }
  }
}
