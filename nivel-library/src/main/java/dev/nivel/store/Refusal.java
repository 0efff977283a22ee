package dev.nivel.store;

import org.jspecify.annotations.Nullable;

/**
 * A field that L3 did not store.
 *
 * @param write what was refused
 * @param reason why
 * @param held what L3 holds instead; null if it was erased
 */
public record Refusal(Write write, Reason reason, @Nullable Field held) {
  /** Why a field was refused. */
  public enum Reason {
    /** L3 holds a newer version. */
    NEWER,
    /** L3 holds the same stamp with other bytes: the write must be stamped anew. */
    CONFLICT,
    /** The conversation was erased after the write. */
    ERASED,
    /** It is older than what tombstones are kept for, and L3 can't tell whether it was deleted. */
    TOO_OLD
  }
}
