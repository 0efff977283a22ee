package dev.nivel;

/** Where an acknowledged write is. */
public enum Durability {
  /** Redis accepted it. */
  REDIS,
  /** The local journal holds it. */
  JOURNAL,
  /** PostgreSQL committed it. */
  SUPABASE;

  /** {@code redis}, {@code journal}, {@code supabase}. */
  @Override
  public String toString() {
    return switch (this) {
      case REDIS -> "redis";
      case JOURNAL -> "journal";
      case SUPABASE -> "supabase";
    };
  }
}
