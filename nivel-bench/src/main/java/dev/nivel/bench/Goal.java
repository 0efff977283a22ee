package dev.nivel.bench;

import java.util.Locale;

/**
 * What is aimed at, and what was measured.
 *
 * @param name what is compared with what, and under which circumstances
 * @param kind whether more or less is better
 * @param bound the ratio or figure that is aimed at
 * @param unit of the bound and what was measured; "x" for a ratio
 * @param measured of all rounds
 * @param remark why it is not met, or what else to know; may be empty
 */
record Goal(String name, Kind kind, double bound, String unit, Spread measured, String remark) {
  /** The quarter of the rounds that did worst may miss the bound by this factor. */
  private static final double QUARTILE_SLACK = 0.95;

  /** Which side of the bound is good. */
  enum Kind {
    AT_LEAST, AT_MOST
  }

  /** The measured ratio is to be no less. */
  static Goal ratioAtLeast(double bound, String name, Spread ratios) {
    return new Goal(name, Kind.AT_LEAST, bound, "x", ratios, "");
  }

  /** The measured ratio is to be no more. */
  static Goal ratioAtMost(double bound, String name, Spread ratios) {
    return new Goal(name, Kind.AT_MOST, bound, "x", ratios, "");
  }

  Goal remark(String text) {
    return new Goal(name, kind, bound, unit, measured, text);
  }

  /** Whether the median is on the good side, and the worse quarter not far on the other one. */
  boolean isMet() {
    return switch (kind) {
      case AT_LEAST -> measured.median() >= bound
          && measured.lowerQuartile() >= QUARTILE_SLACK * bound;
      case AT_MOST -> measured.median() <= bound
          && measured.upperQuartile() <= bound / QUARTILE_SLACK;
    };
  }

  /** A row of the table that begins with {@link #HEADER}. */
  String row() {
    return String.format(Locale.ROOT, "| %s | %s %s %s | %s | %s | %s |", name,
        kind == Kind.AT_LEAST ? "≥" : "≤", number(bound), unit, measured.asRatio(),
        isMet() ? "met" : "**not met**", remark);
  }

  static final String HEADER = """
      | goal | aimed at | measured: median (least..greatest) | | |
      |---|---|---|---|---|""";

  private static String number(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
