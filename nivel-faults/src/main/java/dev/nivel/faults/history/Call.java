package dev.nivel.faults.history;

import java.util.List;

/**
 * What a client asks.
 *
 * @param client which one
 * @param node of which server
 * @param name of the entry, empty where there is none
 * @param texts the values to be written
 * @param argument the version that is expected, the count of items, or the id after which
 * @param key the Idempotency-Key, empty where there is none
 */
public record Call(int client, int node, Kind kind, String conversation, String name,
    List<String> texts, long argument, String key) {

  /** A call without a key. */
  public Call(int client, int node, Kind kind, String conversation, String name,
      List<String> texts, long argument) {
    this(client, node, kind, conversation, name, texts, argument, "");
  }

  /** The same, asked of another server. */
  public Call on(int other) {
    return new Call(client, other, kind, conversation, name, texts, argument, key);
  }
}
