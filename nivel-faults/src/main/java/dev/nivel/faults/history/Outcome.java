package dev.nivel.faults.history;

/** What is known of the effect of an operation. */
public enum Outcome {
  /** It was acknowledged, or a read was answered. */
  OK,
  /** It certainly had no effect. */
  FAILED,
  /** It may have had an effect, or may have one yet. */
  UNKNOWN
}
