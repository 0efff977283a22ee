package dev.nivel.faults.history;

/** A value that was read. */
public record Version(long stamp, String text) {}
