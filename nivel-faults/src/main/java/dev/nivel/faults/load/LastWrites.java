package dev.nivel.faults.load;

import dev.nivel.faults.cluster.Wait;
import dev.nivel.faults.history.Call;
import dev.nivel.faults.history.History;
import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One more put and append to every conversation, when everything is healed. */
public final class LastWrites {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(50);
  /** No client has such a number. */
  private static final int WRITERS_FROM = 1_000;

  private final LoadSettings settings;
  private final History history;

  /** Writes that go into this history. */
  public LastWrites(LoadSettings settings, History history) {
    this.settings = settings;
    this.history = history;
  }

  /** Writes to a server; returns what it did not acknowledge for seconds. */
  public List<Operation> execute(NodeClient server, int node) {
    int writer = WRITERS_FROM + node;
    Texts texts = new Texts(writer, new Random(settings.seed()));
    List<Operation> refused = new ArrayList<>();
    for (String conversation : settings.allConversations()) {
      for (Kind kind : List.of(Kind.PUT, Kind.APPEND)) {
        String name = kind == Kind.PUT ? settings.name(0) : "";
        long end = System.nanoTime() + PATIENCE.toNanos();
        Operation write;
        do {
          write = server.call(new Call(writer, node, kind, conversation, name,
              List.of(texts.next(conversation)), 0));
          history.add(write);
        } while (!write.isOk() && isWaited(end));
        if (!write.isOk()) {
          refused.add(write);
        }
      }
    }
    return refused;
  }

  private static boolean isWaited(long end) {
    Wait.pause(PAUSE);
    return System.nanoTime() - end < 0;
  }
}
