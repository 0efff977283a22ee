package dev.nivel.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.stream.Stream;

/** What a measurement was made on. Stateless. */
final class Machine {
  private Machine() {}

  /** Date, processor, load, disk and JVM, on one line. */
  static String describe(Path directory) throws IOException {
    return String.format(Locale.ROOT, "%s, %s, %d cores seen, load %.1f, %s on %s, Java %s",
        LocalDate.now(ZoneOffset.UTC), processor(),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        System.getProperty("os.name"), Files.getFileStore(directory).type(), Runtime.version());
  }

  private static String processor() throws IOException {
    Path facts = Path.of("/proc/cpuinfo");
    if (!Files.exists(facts)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(facts)) {
      return lines.filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .orElse(System.getProperty("os.arch"));
    }
  }
}
