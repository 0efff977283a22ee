package dev.nivel.store;

import org.jspecify.annotations.Nullable;

/** A store did not answer or could not. Fall back to another level, or try again later. */
public final class UnavailableException extends NivelException {
  private static final long serialVersionUID = 1;

  /** What is known of the operation that failed. */
  public enum Outcome {
    /** It had no effect. */
    NOT_APPLIED,
    /** It may have taken effect: repeat it under the same stamp only. */
    UNKNOWN
  }

  private final Outcome outcome;
  private final boolean isBusy;

  /** A failure whose operation had the given effect. */
  public UnavailableException(String message, Outcome outcome, @Nullable Throwable cause) {
    this(message, outcome, cause, false);
  }

  private UnavailableException(String message, Outcome outcome, @Nullable Throwable cause,
      boolean isBusy) {
    super(message, cause);
    this.outcome = outcome;
    this.isBusy = isBusy;
  }

  /** The store was not asked, since this process asks it so much already. */
  public static UnavailableException busy(String message) {
    return new UnavailableException(message, Outcome.NOT_APPLIED, null, true);
  }

  /** Whether it says nothing about the store itself. */
  public boolean isBusy() {
    return isBusy;
  }

  /** A failure before anything was done. */
  public UnavailableException(String message) {
    this(message, Outcome.NOT_APPLIED, null);
  }

  /** What is known of the operation. */
  public Outcome outcome() {
    return outcome;
  }
}
