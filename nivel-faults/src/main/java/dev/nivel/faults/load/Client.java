package dev.nivel.faults.load;

import dev.nivel.faults.cluster.Wait;
import dev.nivel.faults.history.Call;
import dev.nivel.faults.history.History;
import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One client: what it does next is chosen by its seed. For use by one thread. */
final class Client implements Turns {
  private static final int APPENDED_MAX = 5;
  private static final int LAST_MAX = 30;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(15);
  private static final int ATTEMPTS_MAX = 40;
  private static final int KEYED_OF_TEN = 4;
  private static final int REPEATED_OF_TEN = 2;

  private final int number;
  private final int node;
  private final NodeClient server;
  private final LoadSettings settings;
  private final History history;
  private final Random random;
  private final Texts texts;
  private long keys;

  Client(int number, List<NodeClient> servers, LoadSettings settings, History history) {
    this.number = number;
    this.settings = settings;
    this.history = history;
    node = number % servers.size();
    server = servers.get(node);
    random = new Random(settings.seed() * 1_000 + number);
    texts = new Texts(number, random);
  }

  @Override
  public void turn() {
    String conversation = settings.conversation(random.nextInt(settings.conversations()));
    String name = settings.name(random.nextInt(settings.names()));
    int choice = random.nextInt(1_000);
    boolean isFine = act(choice, conversation, name);
    Wait.pause(isFine ? Duration.ofNanos(random.nextLong(settings.pauseMax().toNanos()))
        : PAUSE_AFTER_FAILURE);
  }

  private boolean act(int choice, String conversation, String name) {
    if (choice < 300) {
      return write(Kind.PUT, conversation, name, List.of(texts.next(conversation)));
    }
    if (choice < 350) {
      return write(Kind.DELETE, conversation, name, List.of());
    }
    if (choice < 430) {
      return putIf(conversation, name);
    }
    if (choice < 620) {
      return append(conversation, 1);
    }
    if (choice < 660) {
      return append(conversation, 2 + random.nextInt(APPENDED_MAX - 1));
    }
    if (choice < 850) {
      return ask(Kind.READ_ENTRY, conversation, name, 0).isOk();
    }
    if (choice < 920) {
      return ask(Kind.READ_LAST, conversation, "", 1 + random.nextInt(LAST_MAX)).isOk();
    }
    if (choice < 960) {
      return readAfter(conversation);
    }
    return choice < 997 ? ask(Kind.READ_ALL, conversation, "", 0).isOk()
        : write(Kind.ERASE, conversation, "", List.of());
  }

  private boolean putIf(String conversation, String name) {
    Operation read = ask(Kind.READ_ENTRY, conversation, name, 0);
    @Nullable Version held = read.reply().seen().entries().get(name);
    if (held == null) {
      return read.isOk();
    }
    perform(new Call(number, node, Kind.PUT_IF, conversation, name,
        List.of(texts.next(conversation)), held.stamp()));
    return true;
  }

  private boolean append(String conversation, int count) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(texts.next(conversation));
    }
    if (settings.hasKeys() && random.nextInt(10) < KEYED_OF_TEN) {
      String key = settings.prefix() + "-" + number + "-" + ++keys;
      return appendOnce(
          new Call(number, node, Kind.APPEND, conversation, "", items, 0, key));
    }
    return write(Kind.APPEND, conversation, "", items);
  }

  /** While the outcome is open, the same is asked again; some ask again although it is known. */
  private boolean appendOnce(Call call) {
    boolean isRepeated = random.nextInt(10) < REPEATED_OF_TEN;
    Operation attempt = perform(call);
    boolean isOpen = attempt.isUnknown();
    for (int i = 1; isOpen && i < ATTEMPTS_MAX && !attempt.isOk(); i++) {
      Wait.pause(PAUSE_AFTER_FAILURE.multipliedBy(i));
      attempt = perform(call);
    }
    if (attempt.isOk() && isRepeated) {
      perform(call);
    }
    return attempt.isOk();
  }

  private boolean readAfter(String conversation) {
    Operation last = ask(Kind.READ_LAST, conversation, "", 1 + random.nextInt(LAST_MAX));
    List<Version> items = last.reply().seen().items();
    if (items.isEmpty()) {
      return last.isOk();
    }
    long after = items.get(random.nextInt(items.size())).stamp();
    return ask(Kind.READ_AFTER, conversation, "", after).isOk();
  }

  private boolean write(Kind kind, String conversation, String name, List<String> written) {
    return perform(new Call(number, node, kind, conversation, name, written, 0)).isOk();
  }

  private Operation ask(Kind kind, String conversation, String name, long argument) {
    return perform(new Call(number, node, kind, conversation, name, List.of(), argument));
  }

  private Operation perform(Call call) {
    Operation operation = server.call(call);
    history.add(operation);
    return operation;
  }
}
