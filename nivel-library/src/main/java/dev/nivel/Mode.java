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

  /** What it means, for the log. */
  String meaning() {
    return switch (this) {
      case NORMAL -> "all levels are used";
      case BYPASS -> "reads and writes go to Supabase";
      case BUFFERING -> "writes wait in Redis and in the journal";
      case ISOLATED -> "memory answers, if configured, and the journal takes writes, if configured";
      case RECOVERING -> "Redis is being tried";
    };
  }

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
