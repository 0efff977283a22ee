package dev.nivel;

/** How the node works at present. */
public enum Mode {
  /** All levels are there. */
  NORMAL,
  /** Redis is out: reads and writes go to Supabase. */
  BYPASS,
  /** Supabase is out: writes wait in Redis. */
  BUFFERING,
  /** Redis and Supabase are out. */
  ISOLATED,
  /** Redis is being tried after an outage. */
  RECOVERING;

  /** {@code normal}, {@code bypass}, {@code buffering}, {@code isolated}, {@code recovering}. */
  @Override
  public String toString() {
    return switch (this) {
      case NORMAL -> "normal";
      case BYPASS -> "bypass";
      case BUFFERING -> "buffering";
      case ISOLATED -> "isolated";
      case RECOVERING -> "recovering";
    };
  }
}
