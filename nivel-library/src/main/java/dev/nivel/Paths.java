package dev.nivel;

/** The paths that other paths lead over. */
record Paths(Loader loader, BypassPath bypass, SyncPath sync, ErasePath erase) {}
