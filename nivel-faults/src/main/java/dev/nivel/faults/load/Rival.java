package dev.nivel.faults.load;

import dev.nivel.faults.cluster.Wait;
import dev.nivel.faults.history.Call;
import dev.nivel.faults.history.History;
import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Version;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A client that competes with others for few entries, through several nodes: most of its writes are
 * conditional or keyed, some are made on two nodes at the same time, and what was made on one node
 * is repeated on another. For use by one thread.
 */
final class Rival implements Turns {
  private static final int LAST_MAX = 10;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(15);
  private static final int ATTEMPTS_MAX = 12;

  private final int number;
  private final int own;
  private final List<NodeClient> servers;
  private final LoadSettings settings;
  private final History history;
  private final Random random;
  private final Texts texts;
  private long keys;

  Rival(int number, List<NodeClient> servers, LoadSettings settings, History history) {
    this.number = number;
    this.servers = servers;
    this.settings = settings;
    this.history = history;
    own = number % servers.size();
    random = new Random(settings.seed() * 1_000 + number);
    texts = new Texts(number, random);
  }

  @Override
  public void turn() {
    String conversation = settings.conversation(random.nextInt(settings.conversations()));
    String name = settings.name(random.nextInt(settings.names()));
    int choice = random.nextInt(1_000);
    boolean isFine = choice < 650 ? write(choice, conversation, name)
        : read(choice, conversation, name);
    Wait.pause(isFine ? Duration.ofNanos(random.nextLong(settings.pauseMax().toNanos()))
        : PAUSE_AFTER_FAILURE);
  }

  private boolean write(int choice, String conversation, String name) {
    if (choice < 110) {
      return perform(own, put(Kind.PUT, conversation, name, 0)).isOk();
    }
    if (choice < 150) {
      return perform(own, call(Kind.DELETE, conversation, name, 0)).isOk();
    }
    if (choice < 360) {
      return replace(conversation, name);
    }
    if (choice < 440) {
      return contend(Kind.PUT_NEW, conversation, name, 0);
    }
    if (choice < 590) {
      return appendOnce(conversation);
    }
    Kind kind = choice < 647 ? Kind.APPEND : Kind.ERASE;
    List<String> written = kind == Kind.APPEND ? List.of(texts.next(conversation)) : List.of();
    return perform(own, new Call(number, own, kind, conversation, "", written, 0)).isOk();
  }

  private boolean read(int choice, String conversation, String name) {
    if (choice < 800) {
      return perform(own, call(Kind.READ_ENTRY, conversation, name, 0)).isOk();
    }
    if (choice < 920) {
      return perform(own, call(Kind.READ_LAST, conversation, "", 1 + random.nextInt(LAST_MAX)))
          .isOk();
    }
    return perform(own, call(Kind.READ_ALL, conversation, "", 0)).isOk();
  }

  private Call call(Kind kind, String conversation, String name, long argument) {
    return new Call(number, own, kind, conversation, name, List.of(), argument);
  }

  private Call put(Kind kind, String conversation, String name, long argument) {
    return new Call(number, own, kind, conversation, name, List.of(texts.next(conversation)),
        argument);
  }

  /** Replaces what it has read. */
  private boolean replace(String conversation, String name) {
    Operation read = perform(own, call(Kind.READ_ENTRY, conversation, name, 0));
    @Nullable Version held = read.reply().seen().entries().get(name);
    return held == null ? read.isOk()
        : contend(Kind.PUT_IF, conversation, name, held.stamp());
  }

  /** A conditional write: on its own node, on another, or on both, of which one may win. */
  private boolean contend(Kind kind, String conversation, String name, long argument) {
    int way = random.nextInt(10);
    if (way < 4) {
      atOnce(put(kind, conversation, name, argument), put(kind, conversation, name, argument));
    } else {
      perform(way < 6 ? other() : own, put(kind, conversation, name, argument));
    }
    return true;
  }

  /** The same append, until its outcome is known, and mostly once more on another node. */
  private boolean appendOnce(String conversation) {
    String key = settings.prefix() + "-" + number + "-" + ++keys;
    Call call = new Call(number, own, Kind.APPEND, conversation, "",
        List.of(texts.next(conversation)), 0, key);
    if (random.nextInt(10) < 3) {
      atOnce(call, call);
      return true;
    }
    Operation attempt = perform(own, call);
    boolean isOpen = attempt.isUnknown();
    for (int i = 1; isOpen && i < ATTEMPTS_MAX && !attempt.isOk(); i++) {
      Wait.pause(PAUSE_AFTER_FAILURE.multipliedBy(i));
      attempt = perform(random.nextInt(servers.size()), call);
    }
    if (attempt.isOk() && random.nextInt(10) < 6) {
      perform(other(), call);
    }
    return attempt.isOk();
  }

  /** Makes one call on its own node, and one on another at the same time. */
  private void atOnce(Call here, Call there) {
    int other = other();
    Thread thread = Thread.ofVirtual().start(() -> perform(other, there));
    perform(own, here);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Another node, if there is one. */
  private int other() {
    return (own + 1 + random.nextInt(Math.max(1, servers.size() - 1))) % servers.size();
  }

  private Operation perform(int node, Call call) {
    Operation operation = servers.get(node).call(call.on(node));
    history.add(operation);
    return operation;
  }
}
