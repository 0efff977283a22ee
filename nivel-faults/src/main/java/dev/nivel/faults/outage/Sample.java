package dev.nivel.faults.outage;

/**
 * What came of a request.
 *
 * @param dueNanos when it was to be sent, as {@link System#nanoTime} has it
 * @param nanos from then until it was answered: waiting for its turn is counted
 * @param isRead whether it was a read
 * @param outcome what the answer was
 */
record Sample(long dueNanos, long nanos, boolean isRead, Outcome outcome) {

  /** What an answer can be. */
  enum Outcome {
    /** As it should be. */
    RIGHT,
    /** As it should be, and said to be possibly stale. */
    STALE,
    /** An older value than was acknowledged, or one that nobody wrote. */
    WRONG,
    /** An error, or none at all. */
    FAILED
  }
}
