package dev.nivel.store;

import org.jspecify.annotations.Nullable;

/**
 * What a level says of one entry.
 *
 * @param entry what it holds, which may be a tombstone or expired; null if nothing
 * @param isAuthoritative whether that is the truth; if not, the level below must be asked, and the
 *     newer of both counts
 */
public record Lookup(@Nullable Entry entry, boolean isAuthoritative) {
  /** The level does not know. */
  public static final Lookup UNKNOWN = new Lookup(null, false);
}
