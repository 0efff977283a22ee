package dev.nivel.store;

import java.time.Instant;

/**
 * A conversation that L3 knows.
 *
 * @param conversation its id
 * @param lastActivity when it was last written, as of the last sync
 */
public record Activity(String conversation, Instant lastActivity) {}
