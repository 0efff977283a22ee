package dev.nivel.faults.outage;

/**
 * What came of a request.
 *
 * @param dueNanos when it was to be sent, as {@link System#nanoTime} has it
 * @param lateNanos how much later it was sent, because its sender had fallen behind
 * @param nanos from when it was due until it was answered: waiting for its turn is counted
 * @param isRead whether it was a read
 * @param answer what was answered
 */
record Sample(long dueNanos, long lateNanos, long nanos, boolean isRead, Answer answer) {

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

  /**
   * What was answered.
   *
   * @param reason what is wrong with it; empty if nothing is
   */
  record Answer(Outcome outcome, String reason) {
    static final Answer RIGHT = new Answer(Outcome.RIGHT, "");
    static final Answer STALE = new Answer(Outcome.STALE, "");

    static Answer failed(String reason) {
      return new Answer(Outcome.FAILED, reason);
    }

    static Answer wrong(String reason) {
      return new Answer(Outcome.WRONG, reason);
    }
  }

  Outcome outcome() {
    return answer.outcome();
  }
}
