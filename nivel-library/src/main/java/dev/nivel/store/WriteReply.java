package dev.nivel.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store's answer to a write that was just stamped. All fields of the write were accepted, or
 * none.
 *
 * @param outcome what became of it
 * @param held with {@code REFUSED}: a stamp that the write must exceed; with {@code CONDITION}: the
 *     present version, {@link Stamp#NONE} if there is no living entry; with {@code AHEAD}: the
 *     newest stamp that the store would have taken; with {@code REPEATED}: the stamp of the first
 *     append
 * @param existed with {@code ACCEPTED}: whether a living entry of that name was there before
 * @param first with {@code REPEATED}: what the append did that was the first under its key
 */
public record WriteReply(Outcome outcome, Stamp held, boolean existed,
    @Nullable IdempotencyKey first) {
  /** What became of a write. */
  public enum Outcome {
    /** It is stored. */
    ACCEPTED,
    /** The store holds something at least as new: stamp it anew. */
    REFUSED,
    /** The stamp is over 60 s ahead of the store's clock, and no stored one is: stamp it anew. */
    AHEAD,
    /** The caller's condition does not hold. */
    CONDITION,
    /** The append's key was used before, maybe by this very write; nothing was changed. */
    REPEATED,
    /**
     * The store does not hold enough to judge the condition or the key: promote the conversation
     * first.
     */
    UNKNOWN
  }

  /** It is stored. */
  public static WriteReply accepted(boolean existed) {
    return new WriteReply(Outcome.ACCEPTED, Stamp.NONE, existed, null);
  }

  /** It must be stamped anew. */
  public static WriteReply refused(Stamp held) {
    return new WriteReply(Outcome.REFUSED, held, false, null);
  }

  /** It must be stamped anew, by a clock that is not ahead. */
  public static WriteReply ahead(Stamp newest) {
    return new WriteReply(Outcome.AHEAD, newest, false, null);
  }

  /** The condition does not hold. */
  public static WriteReply conditionFailed(Stamp present) {
    return new WriteReply(Outcome.CONDITION, present, false, null);
  }

  /** The key was used before. */
  public static WriteReply repeated(IdempotencyKey first) {
    return new WriteReply(Outcome.REPEATED, first.stamp(), false, first);
  }

  /** The condition or the key can't be judged. */
  public static WriteReply unknown() {
    return new WriteReply(Outcome.UNKNOWN, Stamp.NONE, false, null);
  }

  /** This reply to a write of these fields: the repetition of a write by itself is accepted. */
  public WriteReply to(List<Field> fields) {
    return first != null && first.equals(fields.get(0)) ? accepted(false) : this;
  }
}
