package dev.nivel.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server in a JVM of its own, with the classes of this one. For use by one thread. */
final class LoadedServer implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofMinutes(1);
  private static final long END_SECONDS_MAX = 30;
  private static final List<String> JVM = List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC",
      "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED");
  /** User and system time in {@code /proc/PID/stat}, counted behind the name in parentheses. */
  private static final int USER_TIME = 11;
  private static final double MICROS_PER_TICK = 1e4;

  private final Process process;
  private final int port;

  private LoadedServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * What is started.
   *
   * @param classPath what comes before this process's own class path; empty = nothing
   * @param program main class and arguments
   * @param variables of the environment
   * @param log where its output goes
   */
  record Program(String classPath, List<String> program, Map<String, String> variables,
      Path log) {}

  /**
   * Starts one, and returns when it takes connections.
   *
   * @param core on which it is kept; empty = any
   * @param port on which it will listen
   */
  static LoadedServer start(Program program, String core, int port) {
    List<String> command = new ArrayList<>();
    if (!core.isEmpty()) {
      command.addAll(List.of("taskset", "-c", core));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(options());
    command.addAll(List.of("-cp", program.classPath() + System.getProperty("java.class.path")));
    command.addAll(program.program());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(program.log().toFile());
    builder.environment().putAll(program.variables());
    try {
      LoadedServer server = new LoadedServer(builder.start(), port);
      if (!Wait.until(() -> server.isListening() || !server.process.isAlive(), START_MAX)
          || !server.process.isAlive()) {
        server.close();
        throw new IllegalStateException(
            "a server did not start: " + Files.readString(program.log()));
      }
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Further options of the JVM, for instance to record a profile. */
  private static List<String> options() {
    String options = System.getProperty("nivel.bench.server.options", "");
    return options.isEmpty() ? List.of() : List.of(options.split(" ", -1));
  }

  /** A port on which nobody listened a moment ago. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isListening() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  /** What each kind of its threads has taken of the cores so far. */
  ThreadTimes threadTimes() {
    return ThreadTimes.of(process.pid());
  }

  /** What the process has taken of the cores so far; in steps of 10 ms. */
  double cpuMicros() {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      String[] numbers = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return MICROS_PER_TICK
          * (Long.parseLong(numbers[USER_TIME]) + Long.parseLong(numbers[USER_TIME + 1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
