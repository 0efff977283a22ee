package dev.nivel;

import dev.nivel.store.Contents;

/**
 * What was found of a conversation.
 *
 * @param contents complete, unless it is what was left while L3 was out
 * @param level the level that answered
 * @param isStale whether newer versions may exist that were acknowledged over three seconds ago
 */
record Loaded(Contents contents, Level level, boolean isStale) {}
