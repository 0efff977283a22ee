package dev.nivel.embedded;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * Starts children, all from one thread that lives until this is closed.
 *
 * <p>The kernel ties the death signal to the thread that started the child, not to its process:
 * started from a short-lived thread, a server would be ended as soon as that thread is done.
 */
final class Starter implements AutoCloseable {
  /** The rest of the environment may hold secrets of the owner that no server needs. */
  private static final Set<String> ENVIRONMENT = Set.of("PATH", "LD_LIBRARY_PATH");

  private static final Duration START_MAX = Duration.ofSeconds(30);

  private final Wrappers wrappers;
  private final ExecutorService thread = Executors.newFixedThreadPool(1, work -> {
    Thread created = new Thread(work, "nivel-children");
    created.setDaemon(true);
    return created;
  });

  Starter(Wrappers wrappers) {
    this.wrappers = wrappers;
  }

  Demotion demotion() {
    return wrappers.demotion();
  }

  /** Starts a child whose output goes to the log; its pid is the server's own. */
  Process start(ChildCommand child, ServerLog log) {
    try {
      return CompletableFuture.supplyAsync(() -> startHere(child, log), thread).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof EmbeddedServerException known ? known
          : new EmbeddedServerException("could not start " + child.arguments().get(0), e);
    } catch (RejectedExecutionException e) {
      throw new EmbeddedServerException("the data directory of " + child.home() + " is closed", e);
    }
  }

  /** Two servers on the same files would destroy them; one thread makes the check hold. */
  private Process startHere(ChildCommand child, ServerLog log) {
    requireUnused(child.home());
    ProcessBuilder builder = new ProcessBuilder(wrappers.around(child));
    builder.directory(child.home().toFile());
    builder.redirectErrorStream(true)
        .redirectInput(Redirect.from(new File("/dev/null")))
        .redirectOutput(Redirect.appendTo(log.path().toFile()));
    builder.environment().keySet().retainAll(ENVIRONMENT);
    builder.environment().put("LC_ALL", "C.UTF-8");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new EmbeddedServerException("could not start " + builder.command(), e);
    }
  }

  private static void requireUnused(Path home) {
    Path directory = home.resolveSibling("");
    List<ServerProcess> others = Residents.of(directory)
        .stream()
        .filter(resident -> resident.home().equals(home))
        .toList();
    if (!others.isEmpty()) {
      throw new EmbeddedServerException(
          "a server already runs in " + home + " (pid " + others.get(0).pid() + ")");
    }
  }

  boolean isClosed() {
    return thread.isShutdown();
  }

  /** Starts nothing any more; the end of its thread makes the kernel signal the children. */
  @Override
  public void close() {
    thread.shutdown();
    Wait.until(thread::isTerminated, START_MAX);
  }
}
