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

  /** Whom or what the failure is about. */
  private enum About {
    STORE, WRITES, CALLER, ANOTHER
  }

  private final Outcome outcome;
  private final About about;

  /** A failure whose operation had the given effect. */
  public UnavailableException(String message, Outcome outcome, @Nullable Throwable cause) {
    this(message, outcome, cause, About.STORE);
  }

  private UnavailableException(String message, Outcome outcome, @Nullable Throwable cause,
      About about) {
    super(message, cause);
    this.outcome = outcome;
    this.about = about;
  }

  /** The store was not asked, since this process asks it so much already. */
  public static UnavailableException busy(String message) {
    return new UnavailableException(message, Outcome.NOT_APPLIED, null, About.CALLER);
  }

  /** The store takes no writes at present; what it holds can be read. */
  public static UnavailableException readOnly(String message) {
    return new UnavailableException(message, Outcome.NOT_APPLIED, null, About.WRITES);
  }

  /** The store answered, but what it said is of no use without another one, which failed. */
  public static UnavailableException ofAnother(String message, UnavailableException cause) {
    return new UnavailableException(message, Outcome.NOT_APPLIED, cause, About.ANOTHER);
  }

  /** Whether it says nothing about whether the store can be read. */
  public boolean isHarmlessForReads() {
    return about != About.STORE;
  }

  /** Whether the store takes no writes at present. */
  public boolean isReadOnly() {
    return about == About.WRITES;
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
