package dev.nivel;

import dev.nivel.store.Quarantined;
import java.time.Duration;
import java.util.List;

/**
 * What became of quarantined fields that were tried again.
 *
 * @param synced fields that L3 holds now
 * @param coalesced fields of which L3 holds something newer, or whose conversation was erased
 * @param refused fields that L3 refuses still, with the reasons that it gives now; they stay
 * @param last the id of the last one that was tried; 0 if there was none
 * @param hasMore whether there are more after the last one
 * @param elapsed how long it took
 */
public record RetryReport(long synced, long coalesced, List<Quarantined> refused, long last,
    boolean hasMore, Duration elapsed) {}
