package dev.nivel.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static java.nio.charset.StandardCharsets.UTF_8;

/** An {@link OwnerProgram} that has started its servers, as the leader of a process group. */
final class OwnerProcess implements AutoCloseable {
  private static final long END_MINUTES_MAX = 2;

  private final Process process;
  private final BufferedReader output;
  private final ServerProcess redis;
  private final int redisPort;
  private final ServerProcess postgres;
  private final String jdbcUrl;

  private OwnerProcess(Process process, Path directory) throws IOException {
    this.process = process;
    this.output = process.inputReader(UTF_8);
    String line = next();
    while (!line.equals("READY")) {
      line = next();
    }
    this.redis = ServerProcess.of(Long.parseLong(next()), Signal.TERM, directory);
    this.redisPort = Integer.parseInt(next());
    this.postgres = ServerProcess.of(Long.parseLong(next()), Signal.INT, directory);
    this.jdbcUrl = next();
  }

  static OwnerProcess start(Path directory, String mode) throws IOException {
    String java = ProcessHandle.current().info().command().orElseThrow();
    List<String> command = List.of("setsid", java, "-cp", System.getProperty("java.class.path"),
        OwnerProgram.class.getName(), directory.toString(),
        Shared.BINARIES.toAbsolutePath().toString(), mode);
    return new OwnerProcess(
        new ProcessBuilder(command).redirectError(Redirect.INHERIT).start(), directory);
  }

  ServerProcess redis() {
    return redis;
  }

  int redisPort() {
    return redisPort;
  }

  ServerProcess postgres() {
    return postgres;
  }

  String jdbcUrl() {
    return jdbcUrl;
  }

  long pid() {
    return process.pid();
  }

  /** Kills it and nothing else, and waits until the kernel has released what it held. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** What it has written until it ended by itself, which it must do now. */
  String rest() {
    process.onExit().orTimeout(END_MINUTES_MAX, TimeUnit.MINUTES).join();
    try (Stream<String> lines = output.lines()) {
      return lines.collect(Collectors.joining("\n"));
    }
  }

  private String next() throws IOException {
    return Objects.requireNonNull(output.readLine(), "the owner ended too early");
  }

  @Override
  public void close() {
    kill();
  }
}
