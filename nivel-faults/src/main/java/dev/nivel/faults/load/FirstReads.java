package dev.nivel.faults.load;

import dev.nivel.faults.history.Call;
import dev.nivel.faults.history.History;
import dev.nivel.faults.history.Kind;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Reads of everything that wait, already sent, for a server to go on after a pause, and once more
 * the same when they are answered. Safe for use by several threads.
 */
public final class FirstReads implements AutoCloseable {
  /** No client has such a number. */
  private static final int READER = 2_000;

  private final LoadSettings settings;
  private final List<NodeClient> servers;
  private final History history;
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

  /** Reads that go into this history. */
  public FirstReads(LoadSettings settings, List<NodeClient> servers, History history) {
    this.settings = settings;
    this.servers = servers;
    this.history = history;
  }

  /** Sends them to a server. */
  public void begin(int node) {
    for (String conversation : settings.allConversations()) {
      begin(new Call(READER, node, Kind.READ_ALL, conversation, "", List.of(), 0));
      begin(new Call(READER, node, Kind.READ_LAST, conversation, "", List.of(), 3));
      for (String name : settings.allNames()) {
        begin(new Call(READER, node, Kind.READ_ENTRY, conversation, name, List.of(), 0));
      }
    }
  }

  private void begin(Call call) {
    threads.add(Thread.ofVirtual().start(() -> {
      for (int i = 0; i < 2; i++) {
        history.add(servers.get(call.node()).call(call));
      }
    }));
  }

  /** Waits for the last answers. */
  @Override
  public void close() {
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
