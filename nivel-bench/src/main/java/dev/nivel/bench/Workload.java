package dev.nivel.bench;

import dev.nivel.Conversation;
import dev.nivel.Nivel;
import dev.nivel.store.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Who writes what.
 *
 * @param isAppend whether items are appended; else entries are put
 * @param callers each of which waits for the answer before it writes again
 */
record Workload(boolean isAppend, int callers) {
  static final List<Workload> ALL = List.of(new Workload(true, 1), new Workload(true, 16),
      new Workload(false, 1), new Workload(false, 16));
  private static final int VALUE_BYTES = 600;
  private static final int WRITES_TO_A_CONVERSATION = 50;
  private static final int ENTRIES = 4;
  private static final Value VALUE = value();

  /** A caller's write; each caller has conversations of its own, one after another. */
  void write(Nivel nivel, String caller, int number) {
    Conversation conversation = nivel.conversation(
        caller + "-" + number / WRITES_TO_A_CONVERSATION);
    if (isAppend) {
      conversation.append(VALUE);
    } else {
      conversation.put("slot-" + number % ENTRIES, VALUE);
    }
  }

  private static Value value() {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder json = new StringBuilder("{\"role\":\"user\",\"text\":\"");
    while (json.length() < VALUE_BYTES - 2) {
      json.append((char) ('a' + random.nextInt(26)));
    }
    return Value.of(json.append("\"}").toString().getBytes(StandardCharsets.UTF_8), Value.JSON);
  }

  @Override
  public String toString() {
    return (isAppend ? "append" : "put") + ", " + callers + (callers == 1 ? " caller" : " callers");
  }
}
