package dev.nivel;

import dev.nivel.store.Entry;
import dev.nivel.store.Item;
import java.util.List;
import java.util.Map;

/**
 * A whole conversation.
 *
 * @param entries by name
 * @param items in the order of the log; of a very long conversation the newest 10,000
 * @param hasOlderItems whether there are older items than these
 * @param level the level that answered; the lowest, if several were asked
 * @param isStale whether newer versions may exist that were acknowledged over three seconds ago
 */
public record ConversationContents(Map<String, Entry> entries, List<Item> items,
    boolean hasOlderItems, Level level, boolean isStale) {
  /** Whether anything is known of the conversation. */
  public boolean isFound() {
    return !entries.isEmpty() || !items.isEmpty();
  }
}
