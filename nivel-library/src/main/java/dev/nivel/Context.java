package dev.nivel;

import java.util.random.RandomGenerator;

/**
 * What the paths need besides the levels.
 *
 * @param unanswered writes whose reply from Redis did not come
 * @param inFlight writes on their way
 * @param random makes jitter
 */
record Context(Health health, Membership membership, StampClock clock, Meters meters,
    UnansweredWrites unanswered, InFlight inFlight, RandomGenerator random) {}
