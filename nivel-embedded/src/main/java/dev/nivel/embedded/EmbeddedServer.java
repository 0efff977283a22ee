package dev.nivel.embedded;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A real server that runs as a child of this process and listens on 127.0.0.1.
 *
 * <p>Thread-safe: what changes its state is done by one thread at a time, the others wait.
 */
public abstract sealed class EmbeddedServer implements AutoCloseable
    permits EmbeddedPgBouncer, EmbeddedPostgres, EmbeddedPostgrest, EmbeddedRedis,
    EmbeddedSentinel {
  private static final Logger LOGGER = System.getLogger(EmbeddedServer.class.getName());
  private static final String PORT_TAKEN = "Address already in use";
  private static final int PORTS_TRIED_MAX = 10;

  /** Replaying a large log takes its time; a server that fails ends and is not waited for. */
  private static final Duration START_MAX = Duration.ofMinutes(5);

  private final EmbeddedDirectory directory;
  private final Path home;

  /** 0 until the first start has found a free one; written under this object's monitor. */
  private volatile int port;

  /** The last one started, null before the first start; written under this object's monitor. */
  private volatile @Nullable ServerProcess process;

  EmbeddedServer(EmbeddedDirectory directory, Path home, int port) {
    this.directory = directory;
    this.home = home;
    this.port = port;
  }

  /** The child that serves on this port. */
  abstract ChildCommand command(int chosenPort) throws IOException;

  /** What the server writes to its log as soon as it takes connections. */
  abstract String readyWords();

  /** The port it listens on, also while it is down: it comes back on the same one. */
  public int port() {
    return port;
  }

  /** The server's process, the last one when it is down. */
  public long pid() {
    return process().pid();
  }

  /** Whether the process is there, be it frozen. */
  public boolean isRunning() {
    return process().isRunning();
  }

  /** Whether it is frozen. */
  public boolean isFrozen() {
    return isRunning() && ProcessState.of(pid()).filter(ProcessState::isStopped).isPresent();
  }

  /**
   * Ends it at once, as a crash would, and waits until all of its processes are gone.
   *
   * <p>Does nothing when it is not running. Works on a frozen server, too.
   */
  public synchronized void kill() {
    process().kill();
  }

  /**
   * Stops all of its processes: connections stay open, and nothing answers.
   *
   * @throws IllegalStateException when it is not running
   */
  public synchronized void freeze() {
    requireRunning(true);
    process().freeze();
  }

  /**
   * Lets a frozen server go on; does nothing when it is not frozen.
   *
   * @throws IllegalStateException when it is not running
   */
  public synchronized void thaw() {
    requireRunning(true);
    process().thaw();
  }

  /**
   * Starts it again on the same port with the same files, and waits until it takes connections.
   *
   * @throws IllegalStateException when it is running
   * @throws EmbeddedServerException when it does not start, or its data directory is closed
   */
  public synchronized void restart() {
    requireRunning(false);
    launch();
  }

  /**
   * Ends it in good order and waits for that, up to 30 seconds, then ends it by force.
   *
   * <p>Does nothing when it is not running. Works on a frozen server, too.
   */
  public synchronized void stop() {
    process().end();
  }

  /** The same as {@link #stop()}. */
  @Override
  public void close() {
    stop();
  }

  final void requireRunning(boolean isWanted) {
    if (isRunning() != isWanted) {
      throw new IllegalStateException(
          "the server in " + home + " is " + (isWanted ? "not running" : "running"));
    }
  }

  /** Starts it; on a port of its own choice it tries again when somebody was faster. */
  final synchronized void launch() {
    boolean isPortFixed = port != 0;
    for (int attempt = 1; !launch(isPortFixed || attempt == PORTS_TRIED_MAX); attempt++) {
      LOGGER.log(Level.DEBUG, "the port chosen for {0} was taken, attempt {1}", home, attempt);
    }
  }

  /** Whether it started; false only when its port was taken and another one may be tried. */
  private boolean launch(boolean isLastAttempt) {
    int chosen = port != 0 ? port : directory.choosePort();
    try {
      ServerLog log = ServerLog.continueIn(home);
      ChildCommand command = command(chosen);
      Process child = directory.starter().start(command, log);
      ServerProcess started = ServerProcess.of(child.pid(), command.deathSignal(), home);
      if (isReady(child, log)) {
        port = chosen;
        process = started;
        LOGGER.log(Level.INFO, "the server in {0} listens on port {1,number,#} (pid {2,number,#})",
            home, chosen, started.pid());
        return true;
      }
      String reason = child.isAlive() ? "it was not ready after " + START_MAX.toMinutes() + " min"
          : "it ended with exit code " + child.exitValue();
      started.kill();
      if (isLastAttempt || !log.says(PORT_TAKEN)) {
        throw new EmbeddedServerException("the server in " + home + " did not start on port "
            + chosen + ": " + reason + ". Its log " + log.path() + " ends with" + log.excerpt());
      }
      return false;
    } catch (IOException e) {
      throw new EmbeddedServerException("could not prepare " + home, e);
    }
  }

  private boolean isReady(Process child, ServerLog log) {
    Wait.until(() -> log.says(readyWords()) || !child.isAlive(), START_MAX);
    return log.says(readyWords()) && child.isAlive();
  }

  private ServerProcess process() {
    return Objects.requireNonNull(process, "not started");
  }
}
