package dev.nivel.store;

import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A field that L3 refuses for good and keeps apart: what an operator needs to know of it, and never
 * its content.
 *
 * @param id names the row
 * @param conversation the id
 * @param key the field's key: {@code e:<name>}, {@code i:<stamp>}
 * @param stamp its version
 * @param contentBytes how long its content is; 0 in a tombstone
 * @param contentType what its content is; null in a tombstone
 * @param node the number of the node that gave it up
 * @param reason why, as of the last attempt
 * @param at when it was quarantined
 */
public record Quarantined(long id, String conversation, String key, Stamp stamp, int contentBytes,
    @Nullable String contentType, int node, String reason, Instant at) {
  /** By id: the order in which rows were quarantined. */
  public static final Comparator<Quarantined> ORDER = Comparator.comparingLong(Quarantined::id);

  /** The same, refused again for another reason. */
  public Quarantined because(String newReason) {
    return new Quarantined(id, conversation, key, stamp, contentBytes, contentType, node,
        newReason, at);
  }
}
