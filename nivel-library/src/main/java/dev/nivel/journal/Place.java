package dev.nivel.journal;

/**
 * Where in the journal a record is, as far as its owner needs to know.
 *
 * @param segment the number of its segment
 */
public record Place(long segment) {}
