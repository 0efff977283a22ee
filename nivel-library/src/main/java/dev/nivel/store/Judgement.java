package dev.nivel.store;

/**
 * What the doctor thinks of one thing. Neither text holds a secret or a stored value.
 *
 * @param verdict how bad it is
 * @param seen what there is
 * @param advice what to do; empty if there is nothing to do, or {@code seen} says it
 */
public record Judgement(Verdict verdict, String seen, String advice) {
  /** How bad it is, the least bad first. */
  public enum Verdict {
    /** As it should be. */
    OK,
    /** It was not looked at. */
    SKIPPED,
    /** It works, but not as well as it could, or not for ever. */
    WARNING,
    /** Nivel does not work so, or what it keeps is not safe. */
    MEND
  }

  /** As it should be. */
  public static Judgement ok(String seen) {
    return new Judgement(Verdict.OK, seen, "");
  }

  /** It was not looked at. */
  public static Judgement skipped(String why) {
    return new Judgement(Verdict.SKIPPED, why, "");
  }

  /** It works, but. */
  public static Judgement warning(String seen, String advice) {
    return new Judgement(Verdict.WARNING, seen, advice);
  }

  /** It must be mended. */
  public static Judgement mend(String seen, String advice) {
    return new Judgement(Verdict.MEND, seen, advice);
  }

  /** The same, of one of several places. */
  public Judgement at(String place) {
    return new Judgement(verdict, place + ": " + seen, advice);
  }
}
