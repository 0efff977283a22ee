package dev.nivel.store;

/**
 * A store's answer to a write that was just stamped. All fields of the write were accepted, or
 * none.
 *
 * @param outcome what became of it
 * @param held with {@code REFUSED}: a stamp that the write must exceed; with {@code CONDITION}: the
 *     present version, {@link Stamp#NONE} if there is no living entry; with {@code AHEAD}: the
 *     newest stamp that the store would have taken
 * @param existed with {@code ACCEPTED}: whether a living entry of that name was there before
 */
public record WriteReply(Outcome outcome, Stamp held, boolean existed) {
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
    /** The store does not hold enough to judge the condition: promote the conversation first. */
    UNKNOWN
  }

  /** It is stored. */
  public static WriteReply accepted(boolean existed) {
    return new WriteReply(Outcome.ACCEPTED, Stamp.NONE, existed);
  }

  /** It must be stamped anew. */
  public static WriteReply refused(Stamp held) {
    return new WriteReply(Outcome.REFUSED, held, false);
  }

  /** It must be stamped anew, by a clock that is not ahead. */
  public static WriteReply ahead(Stamp newest) {
    return new WriteReply(Outcome.AHEAD, newest, false);
  }

  /** The condition does not hold. */
  public static WriteReply conditionFailed(Stamp present) {
    return new WriteReply(Outcome.CONDITION, present, false);
  }

  /** The condition can't be judged. */
  public static WriteReply unknown() {
    return new WriteReply(Outcome.UNKNOWN, Stamp.NONE, false);
  }
}
