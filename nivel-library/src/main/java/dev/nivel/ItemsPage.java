package dev.nivel;

import dev.nivel.store.Item;
import java.util.List;

/**
 * Items of a conversation.
 *
 * @param items in the order of the log
 * @param hasMore whether there are more in the direction that was asked for: older ones for the
 *     last n, newer ones for those after an id
 * @param level the level that answered; the lowest, if several were asked
 * @param isStale whether newer ones may exist that were acknowledged over three seconds ago
 */
public record ItemsPage(List<Item> items, boolean hasMore, Level level, boolean isStale) {}
