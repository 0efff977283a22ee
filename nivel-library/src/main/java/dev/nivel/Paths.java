package dev.nivel;

/** The paths that other paths lead over, and what decides between them. */
record Paths(Loader loader, BypassPath bypass, IsolatedPath isolated, SyncPath sync,
    ErasePath erase, Epochs epochs) {}
