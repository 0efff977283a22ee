package dev.nivel;

import dev.nivel.store.L2;

/**
 * The three levels, and what keeps writes for the third.
 *
 * @param l1 memory
 * @param l2 Redis, behind its breaker
 * @param l3 Supabase, behind its breaker
 * @param outbox what this node has acknowledged and L3 may not have
 * @param journaling keeps the same on the disk
 * @param lease whether L1 may answer
 */
record Levels(L1 l1, L2 l2, GuardedL3 l3, Outbox outbox, Journaling journaling,
    L1Lease lease) {}
