package dev.nivel;

import java.time.Duration;

/**
 * What a preload did for one conversation.
 *
 * @param conversation its id
 * @param isFound whether any level knows it
 * @param isInL1 whether it is in memory now; not if all others there were used within the last
 *     minute, nor if Redis did not answer
 * @param entries how many living entries it has
 * @param items how many items were loaded
 * @param source the level that had it
 * @param elapsed how long it took, together with those that were loaded at the same time
 */
public record PreloadReport(String conversation, boolean isFound, boolean isInL1, int entries,
    int items, Level source, Duration elapsed) {}
