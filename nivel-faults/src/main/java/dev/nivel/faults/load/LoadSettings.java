package dev.nivel.faults.load;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The shape of a load.
 *
 * @param seed chooses what each client does
 * @param prefix begins the id of every conversation
 * @param clients how many, shared by the servers
 * @param conversations how many, shared by all clients
 * @param names of how many entries each
 * @param pauseMax the longest pause of a client between two operations
 * @param hasKeys whether some appends carry an Idempotency-Key
 * @param isContended whether clients compete for entries and repeat appends on other servers
 */
public record LoadSettings(long seed, String prefix, int clients, int conversations, int names,
    Duration pauseMax, boolean hasKeys, boolean isContended) {

  /** The id of a conversation; it has a character that must be encoded everywhere. */
  public String conversation(int number) {
    return prefix + "/call " + number;
  }

  /** All ids of conversations. */
  public List<String> allConversations() {
    return IntStream.range(0, conversations).mapToObj(this::conversation).toList();
  }

  /** The name of an entry. */
  public String name(int number) {
    return "slot-" + number;
  }

  /** All names of entries. */
  public List<String> allNames() {
    return IntStream.range(0, names).mapToObj(this::name).toList();
  }
}
