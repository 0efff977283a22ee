package dev.nivel;

/** What the paths need besides the levels. */
record Context(Health health, Membership membership, StampClock clock, Meters meters) {}
