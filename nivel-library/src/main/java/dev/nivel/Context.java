package dev.nivel;

import java.util.random.RandomGenerator;

/**
 * What the paths need besides the levels.
 *
 * @param unanswered writes whose reply from Redis did not come
 * @param atRedis writes on their way to Redis, from before they are stamped
 * @param pastRedis writes on their way to L3, past Redis
 * @param random makes jitter
 */
record Context(Health health, Membership membership, StampClock clock, Meters meters,
    UnansweredWrites unanswered, InFlight atRedis, InFlight pastRedis, RandomGenerator random) {}
