package dev.nivel.faults.check;

import dev.nivel.faults.history.Seen;
import java.util.Map;

/**
 * What one source holds when everything is healed and synced.
 *
 * @param source who said so
 * @param conversations by id; what is not there is empty
 */
public record FinalState(String source, Map<String, Seen> conversations) {

  /** What it holds of a conversation. */
  Seen of(String conversation) {
    return conversations.getOrDefault(conversation, Seen.NOTHING);
  }
}
