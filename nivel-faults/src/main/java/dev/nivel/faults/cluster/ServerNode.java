package dev.nivel.faults.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server of Nivel as a process of its own, with a data directory that outlives it. Thread-safe:
 * what changes its state is done by one thread at a time.
 */
public final class ServerNode {
  private static final Pattern URL = Pattern.compile("listens on (http://\\S+)");
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration END_MAX = Duration.ofSeconds(60);

  private final Path directory;
  private final Path archive;
  private final Path clock;
  private final int number;
  private Map<String, String> environment;
  /** Guarded by this, as all changes are; null before the first start. */
  private @Nullable Process process;
  /** The log of the last start. */
  private Path output;
  private volatile String url = "http://127.0.0.1:9";
  private int starts;
  private boolean isClosed;

  ServerNode(Path directory, Path archive, int number, Map<String, String> environment) {
    this.directory = directory;
    this.archive = archive;
    clock = directory.resolve("clock");
    this.number = number;
    this.environment = environment;
    output = directory;
  }

  /** Which of the servers it is, from 0. */
  public int number() {
    return number;
  }

  /** Where it can be reached, or could last. */
  public String url() {
    return url;
  }

  /** Whether its process is there, be it frozen. */
  public synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** Starts it with other variables from now on. */
  synchronized void use(Map<String, String> newEnvironment) {
    environment = newEnvironment;
  }

  /**
   * Starts it if it does not run, and waits until it takes requests.
   *
   * @throws IllegalStateException if it does not start
   */
  public synchronized void start() {
    if (!isRunning() && !tryToStart(List.of())) {
      throw new IllegalStateException("node " + number + " did not start: " + read(output));
    }
  }

  /**
   * Starts it with a point at which it ends itself, which may be while it starts.
   *
   * @param point name:count
   */
  public synchronized void startUpTo(String point) {
    tryToStart(List.of("-Dnivel.faults=" + point));
  }

  /** Returns whether it takes requests. */
  private boolean tryToStart(List<String> options) {
    if (isClosed) {
      return false;
    }
    Path log = directory.resolve("serve-" + number + "-" + ++starts + ".log");
    output = log;
    Process started = launch(options, log);
    process = started;
    Wait.until(() -> read(log).contains("Ready in") || !started.isAlive(), START_MAX);
    Matcher matcher = URL.matcher(read(log));
    boolean isReady = started.isAlive() && matcher.find();
    if (isReady) {
      url = matcher.group(1);
    }
    return isReady;
  }

  private Process launch(List<String> options, Path log) {
    try {
      Files.createDirectories(directory);
      List<String> all = new ArrayList<>(options);
      all.add("-Dnivel.faults.clock=" + clock);
      ProcessBuilder builder = new ProcessBuilder(JavaProgram.serve(archive, all))
          .directory(directory.toFile())
          .redirectErrorStream(true)
          .redirectOutput(log.toFile());
      builder.environment()
          .keySet()
          .removeIf(name -> name
              .matches("(NIVEL|REDIS|SUPABASE|SYNC|CIRCUIT|COMPRESSION|DATABASE)_.*"));
      builder.environment().putAll(environment);
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  /** Ends it at once, for good: a fault that is under way does not start it again. */
  synchronized void close() {
    isClosed = true;
    kill();
  }

  /** Ends it at once, as a crash would. */
  public synchronized void kill() {
    if (process != null) {
      process.destroyForcibly();
      await(process);
    }
  }

  /** Asks it to end, and waits until it has. */
  public synchronized void end() {
    if (process != null && process.isAlive()) {
      process.destroy();
      await(process);
    }
  }

  /** Waits until it has ended by itself; returns whether it has. */
  public boolean awaitEnd(Duration patience) {
    return Wait.until(() -> !isRunning(), patience);
  }

  /** Stops it: connections stay open, and nothing answers. */
  public synchronized void freeze() {
    signal("-STOP");
  }

  /** Lets it go on. */
  public synchronized void thaw() {
    signal("-CONT");
  }

  private void signal(String name) {
    if (process == null || !process.isAlive()) {
      return;
    }
    try {
      await(new ProcessBuilder("kill", name, Long.toString(process.pid())).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has its wall clock be wrong by so much; zero sets it right. */
  public void jumpClock(Duration ahead) {
    try {
      Files.createDirectories(directory);
      Path written = directory.resolve("clock.new");
      Files.writeString(written, Long.toString(ahead.toMillis()));
      Files.move(written, clock, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(Process process) {
    try {
      if (!process.waitFor(END_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("a process does not end: " + process.info());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
