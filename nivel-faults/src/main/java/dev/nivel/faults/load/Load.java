package dev.nivel.faults.load;

import dev.nivel.faults.history.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Clients at work, until it is closed. */
public final class Load implements AutoCloseable {
  private static final Duration END_MAX = Duration.ofSeconds(30);

  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean isOver;

  private Load() {}

  /** Starts the clients, each of which asks one of the servers. */
  public static Load start(LoadSettings settings, List<NodeClient> servers, History history) {
    Load load = new Load();
    for (int i = 0; i < settings.clients(); i++) {
      Turns client = settings.isContended() ? new Rival(i, servers, settings, history)
          : new Client(i, servers, settings, history);
      load.threads.add(Thread.ofPlatform()
          .name("client-" + i)
          .uncaughtExceptionHandler((thread, failure) -> load.failures.add(failure))
          .start(() -> {
            while (!load.isOver) {
              client.turn();
            }
          }));
    }
    return load;
  }

  /**
   * Refuses to go on with fewer clients than there should be.
   *
   * @throws IllegalStateException if one failed
   */
  public void requireRunning() {
    for (Throwable failure : failures) {
      throw new IllegalStateException("a client failed", failure);
    }
  }

  /**
   * Ends the clients when their present operation has.
   *
   * @throws IllegalStateException if one failed or does not end
   */
  @Override
  public void close() {
    isOver = true;
    for (Thread thread : threads) {
      try {
        if (!thread.join(END_MAX)) {
          throw new IllegalStateException(thread.getName() + " does not end");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    requireRunning();
  }
}
