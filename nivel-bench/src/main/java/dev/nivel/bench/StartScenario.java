package dev.nivel.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long {@code nivel serve} takes from its execution until {@code /readyz} answers, with a Redis
 * and a PostgreSQL of its own that have started there before: with the archive of loaded classes
 * that the script keeps, and in turns without.
 */
final class StartScenario {
  private static final double SECONDS_MAX = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  /** Where the source tree is. */
  private static final Path ROOT = Path.of(System.getProperty("nivel.bench.root", "."));
  /** What the JVM brings: an archive of its own classes alone. */
  private static final String WITHOUT = "-XX:-AutoCreateSharedArchive -XX:SharedArchiveFile="
      + Path.of(System.getProperty("java.home"), "lib", "server", "classes.jsa");

  private final Path directory;
  private final HttpClient http;

  private StartScenario(Path directory, HttpClient http) {
    this.directory = directory;
    this.http = http;
  }

  /** Measures; nothing but the goal is promised. */
  static boolean run(Options options, Section section) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      StartScenario starts = new StartScenario(options.directory().resolve("data"), http);
      starts.build(options.directory().resolve("build.log"));
      starts.start(""); // makes databases and archive
      List<Double> cpuWithout = new ArrayList<>();
      List<Double> cpuWith = new ArrayList<>();
      Pairs pairs = Pairs.measure(options.rounds(), () -> starts.start(WITHOUT).noteCpu(cpuWithout),
          () -> starts.start("").noteCpu(cpuWith));
      Pairs cpu = new Pairs(cpuWithout.subList(1, cpuWithout.size()),
          cpuWith.subList(1, cpuWith.size())); // the first ones warmed up
      section.out().printf("%n| until it is ready | s | s of CPU of the JVM |%n|---|---|---|%n");
      print(section, "with an archive", pairs.ofNivel(), cpu.ofNivel());
      print(section, "without", pairs.ofPeer(), cpu.ofPeer());
      print(section, "with to without", pairs.ratios(), cpu.ratios());
      section.add(new Goal("start of `nivel serve` until it is ready", Goal.Kind.AT_MOST,
          SECONDS_MAX, "s", pairs.ofNivel(), "").ifMissed(
              "it is bound by the processor: what the"
                  + " JVM takes of it until then stands in the part below"));
    }
    return true;
  }

  private static void print(Section section, String name, Spread seconds, Spread cpuSeconds) {
    section.out().printf("| %s | %s | %s |%n", name, seconds.asRatio(), cpuSeconds.asRatio());
  }

  /**
   * A start.
   *
   * @param seconds until it was ready
   * @param cpuSeconds what the JVM and the script before it had taken of the processor by then
   */
  private record Started(double seconds, double cpuSeconds) {
    double noteCpu(List<Double> all) {
      all.add(cpuSeconds);
      return seconds;
    }
  }

  /** Has the script build what is not built. */
  private void build(Path log) {
    try {
      Process process = new ProcessBuilder(List.of(script(), "--version"))
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("the build failed: " + Files.readString(log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("building was interrupted", e);
    }
  }

  private static String script() {
    return ROOT.resolve("nivel").toAbsolutePath().toString();
  }

  /** Starts and ends a server. */
  private Started start(String javaOptions) {
    int port = freePort();
    ProcessBuilder builder = new ProcessBuilder(List.of(script(), "serve"))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    List.of("REDIS_URL", "SUPABASE_DB_URL", "DATABASE_URL", "SUPABASE_URL")
        .forEach(environment::remove);
    environment.putAll(Map.of("NIVEL_PORT", Integer.toString(port), "NIVEL_DATA_DIR",
        directory.toString(), "NIVEL_JAVA_OPTIONS", javaOptions));
    HttpRequest question = HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + port + "/readyz")).build();
    long start = System.nanoTime();
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      boolean isReady = Wait.until(() -> answers(question), PATIENCE);
      double seconds = (System.nanoTime() - start) / 1e9;
      Timing.require(isReady, "ready");
      Duration cpu = process.info().totalCpuDuration().orElse(Duration.ZERO);
      return new Started(seconds, cpu.toNanos() / 1e9);
    } finally {
      end(process);
    }
  }

  private boolean answers(HttpRequest question) {
    try {
      return http.send(question, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // not yet
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("waiting was interrupted", e);
    }
  }

  private static void end(Process process) {
    process.destroy();
    try {
      Timing.require(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "at its end");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("ending was interrupted", e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
