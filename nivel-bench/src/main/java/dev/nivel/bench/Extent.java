package dev.nivel.bench;

/**
 * How much a scenario measures, unless told otherwise.
 *
 * @param rounds in which each variant has one block for each workload
 * @param millis of a block
 * @param minutes that it is to take at most on two quiet cores; those of all scenarios add up
 */
record Extent(int rounds, int millis, double minutes) {}
