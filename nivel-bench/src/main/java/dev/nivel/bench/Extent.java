package dev.nivel.bench;

import java.util.Locale;

/**
 * How much a scenario measures, unless told otherwise.
 *
 * @param rounds in which each variant has one block for each workload
 * @param millis of a block
 * @param minutes that it is to take at most on two quiet cores; those of all scenarios add up
 */
record Extent(int rounds, int millis, double minutes) {
  /** What the report says of how long it took, so that nobody overlooks it if that was too long. */
  String said(double minutesTaken) {
    return String.format(Locale.ROOT, "It took %.1f minutes, of %.1f that it may take%s.",
        minutesTaken, minutes,
        minutesTaken > minutes ? ": **%.1f too many**".formatted(minutesTaken - minutes) : "");
  }
}
