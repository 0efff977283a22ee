package dev.nivel;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What the paths need besides the levels.
 *
 * @param unanswered writes whose reply from Redis did not come
 * @param inFlight writes on their way
 * @param random makes jitter
 * @param ahead does one thing after another, beside what the thread of a path does
 * @param requestTime how long a request may take as a whole
 */
record Context(Health health, Membership membership, StampClock clock, Meters meters,
    UnansweredWrites unanswered, InFlight inFlight, RandomGenerator random, Executor ahead,
    Duration requestTime) {
  /** A request begins now. */
  Deadline deadline() {
    return Deadline.after(requestTime, meters.time());
  }
}
