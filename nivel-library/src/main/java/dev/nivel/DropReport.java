package dev.nivel;

/**
 * How many quarantined fields were given up.
 *
 * @param dropped fields that are kept nowhere now
 * @param last the id of the last one; 0 if there was none
 * @param hasMore whether there are more after the last one
 */
public record DropReport(long dropped, long last, boolean hasMore) {}
