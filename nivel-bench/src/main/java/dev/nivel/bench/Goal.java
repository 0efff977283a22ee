package dev.nivel.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is aimed at, and what was measured. A goal that is beyond the machine has a limit, which is
 * measured too: then {@value #SHARE_OF_LIMIT} of the limit are aimed at.
 *
 * @param name what is compared with what, and under which circumstances
 * @param kind whether more or less is better
 * @param bound the ratio or figure that is aimed at
 * @param unit of the bound and what was measured; "x" for a ratio
 * @param measured of all rounds
 * @param remark what else to know, be it met or not; may be empty
 * @param whyNot what is known of why it is missed, shown if it is; may be empty
 * @param limit what nobody can do better than; null = none was measured
 */
record Goal(String name, Kind kind, double bound, String unit, Spread measured, String remark,
    String whyNot, @Nullable Limit limit) {
  static final String HEADER = """
      | goal | aimed at | measured: median (least..greatest) | | limit; why not |
      |---|---|---|---|---|""";
  /** How much of a limit counts as having reached it. */
  static final double SHARE_OF_LIMIT = 0.9;
  /** The quarter of the rounds that did worst may miss the bound by this factor. */
  private static final double QUARTILE_SLACK = 0.95;

  /** Which side of the bound is good. */
  enum Kind {
    AT_LEAST, AT_MOST;

    boolean isMet(Spread spread, double bound) {
      return switch (this) {
        case AT_LEAST -> spread.median() >= bound
            && spread.lowerQuartile() >= QUARTILE_SLACK * bound;
        case AT_MOST -> spread.median() <= bound
            && spread.upperQuartile() <= bound / QUARTILE_SLACK;
      };
    }
  }

  /** What came of a goal. */
  enum Verdict {
    MET("met"), AT_LIMIT("at the limit"), MISSED("**not met**");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    /** How many of the rows of a table say which, such as "3 met, 0 at the limit, 1 not met". */
    static String count(List<String> rows) {
      return Stream.of(values())
          .map(verdict -> rows.stream()
              .filter(row -> row.contains("| " + verdict.text + " |"))
              .count() + " " + verdict.text)
          .collect(Collectors.joining(", "));
    }
  }

  /**
   * What the machine can do without Nivel, or with the least of it that would do.
   *
   * @param what was measured for it
   * @param measured in the unit of the goal
   * @param reached how much of it Nivel reaches, 1 = all
   */
  record Limit(String what, Spread measured, Spread reached) {}

  /** Without limit and reason. */
  Goal(String name, Kind kind, double bound, String unit, Spread measured, String remark) {
    this(name, kind, bound, unit, measured, remark, "", null);
  }

  /** The measured ratio is to be no less. */
  static Goal ratioAtLeast(double bound, String name, Spread ratios) {
    return new Goal(name, Kind.AT_LEAST, bound, "x", ratios, "");
  }

  /** The measured ratio is to be no more. */
  static Goal ratioAtMost(double bound, String name, Spread ratios) {
    return new Goal(name, Kind.AT_MOST, bound, "x", ratios, "");
  }

  /** With a remark that is always shown. */
  Goal remark(String text) {
    return new Goal(name, kind, bound, unit, measured, text, whyNot, limit);
  }

  /** With a reason that is shown if the goal is missed. */
  Goal ifMissed(String text) {
    return new Goal(name, kind, bound, unit, measured, remark, text, limit);
  }

  /**
   * With a limit beside which Nivel was measured in pairs.
   *
   * @param what was measured for it, such as "an empty script"
   * @param inUnit the limit in this goal's unit
   * @param reached of each pair how much of the limit Nivel reached, 1 = all
   */
  Goal withLimit(String what, Spread inUnit, Spread reached) {
    return new Goal(name, kind, bound, unit, measured, remark, whyNot,
        new Limit(what, inUnit, reached));
  }

  /** Whether the median is on the good side, and the worse quarter not far on the other one. */
  boolean isMet() {
    return kind.isMet(measured, bound);
  }

  /** Whether the goal is beyond its limit, and that is reached. */
  boolean isAtLimit() {
    return limit != null && !kind.isMet(limit.measured(), bound)
        && Kind.AT_LEAST.isMet(limit.reached(), SHARE_OF_LIMIT);
  }

  /** A row of the table that begins with {@link #HEADER}. */
  String row() {
    return String.format(Locale.ROOT, "| %s | %s %s%s | %s | %s | %s |", name,
        kind == Kind.AT_LEAST ? "≥" : "≤", number(bound), unitAfterSpace(),
        measured.asRatio(), verdict().text, notes());
  }

  private Verdict verdict() {
    if (isMet()) {
      return Verdict.MET;
    }
    return isAtLimit() ? Verdict.AT_LIMIT : Verdict.MISSED;
  }

  private String notes() {
    return Stream.of(remark, limitReached(), spreadIsWide(), isMet() ? "" : whyNot)
        .filter(note -> !note.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private String spreadIsWide() {
    boolean isMedianWell = kind.isMet(Spread.of(measured.median()), bound);
    return isMedianWell && !isMet() ? "the median is met, by the worse quarter of the rounds not"
        : "";
  }

  private String limitReached() {
    return limit == null ? ""
        : String.format(Locale.ROOT, "limit %s%s: %s; %s of it reached",
            limit.measured().asRatio(), unitAfterSpace(), limit.what(), limit.reached().asRatio());
  }

  private String unitAfterSpace() {
    return unit.isEmpty() ? "" : " " + unit;
  }

  private static String number(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
