package dev.nivel.store;

/** The request can't be met as it is; nothing was changed. Report it, don't repeat it. */
public final class RejectedException extends NivelException {
  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** The entry is not in the version that the caller expected. */
    CONDITION,
    /** The idempotency key was used with other items within the last 24 hours. */
    KEY_REUSED,
    /** An id, a name or a number outside of its limits. */
    MALFORMED,
    /** More bytes or items than allowed. */
    TOO_LARGE
  }

  private final Reason reason;

  /** A refusal. */
  public RejectedException(Reason reason, String message) {
    super(message, null);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
