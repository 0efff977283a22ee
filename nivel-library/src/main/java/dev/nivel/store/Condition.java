package dev.nivel.store;

/**
 * What a caller expects of the entry that a write replaces.
 *
 * @param kind what is expected
 * @param stamp the expected version, with {@link Kind#AT}
 */
public record Condition(Kind kind, Stamp stamp) {
  /** Nothing is expected. */
  public static final Condition NONE = new Condition(Kind.NONE, Stamp.NONE);

  /** The entry must not be there. */
  public static final Condition ABSENT = new Condition(Kind.ABSENT, Stamp.NONE);

  /** What can be expected. */
  public enum Kind {
    /** Nothing. */
    NONE,
    /** No living entry. */
    ABSENT,
    /** A living entry in one version. */
    AT
  }

  /** The entry must be there in this version. */
  public static Condition at(Stamp stamp) {
    return new Condition(Kind.AT, stamp);
  }

  /** Whether anything is expected at all. */
  public boolean isSome() {
    return kind != Kind.NONE;
  }
}
