package dev.nivel.faults.history;

import tools.jackson.databind.JsonNode;

/**
 * What a server says of its journal.
 *
 * @param asked when it was asked, monotonic
 * @param answered when the answer was there
 * @param isWritable whether it takes writes
 * @param appended how many records it has taken since the server started
 */
public record JournalLook(int node, long asked, long answered, boolean isWritable,
    long appended) {

  /** Reads it from {@code /cache/metrics}. */
  public static JournalLook of(JsonNode metrics, int node, long asked, long answered) {
    JsonNode journal = metrics.path("journal");
    return new JournalLook(node, asked, answered, journal.path("writable").booleanValue(false),
        journal.path("appended").longValue(0));
  }
}
