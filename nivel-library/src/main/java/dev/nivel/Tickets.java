package dev.nivel;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Tell whether anything happened to a conversation between two moments: who reads takes a ticket
 * first, and what changes the conversation makes it worthless. Conversations share 4,096 of them.
 * Safe for use by several threads.
 */
final class Tickets {
  private static final int STRIPES = 4_096;

  private final AtomicLongArray stripes = new AtomicLongArray(STRIPES);

  /** A ticket. */
  long take(String conversation) {
    return stripes.get(stripe(conversation));
  }

  boolean isGood(String conversation, long ticket) {
    return take(conversation) == ticket;
  }

  /** Makes all tickets worthless that were taken; returns whether this one was good. */
  boolean spoil(String conversation, long ticket) {
    return stripes.getAndIncrement(stripe(conversation)) == ticket;
  }

  /** Makes all tickets worthless that were taken. */
  void spoil(String conversation) {
    stripes.getAndIncrement(stripe(conversation));
  }

  /** The same, of all conversations. */
  void spoilAll() {
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      stripes.getAndIncrement(stripe);
    }
  }

  private static int stripe(String conversation) {
    int hash = conversation.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }
}
