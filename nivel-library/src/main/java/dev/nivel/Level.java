package dev.nivel;

/** Where an answer came from. */
public enum Level {
  /** The memory of this process. */
  L1,
  /** Redis. */
  L2,
  /** Supabase. */
  L3;

  /** {@code l1}, {@code l2}, {@code l3}. */
  @Override
  public String toString() {
    return switch (this) {
      case L1 -> "l1";
      case L2 -> "l2";
      case L3 -> "l3";
    };
  }
}
