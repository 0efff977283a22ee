package dev.nivel;

/**
 * What is out at present, and what that means for answers. Safe for use by several threads.
 */
final class Health {
  private final Breaker redis;
  private final Breaker supabase;
  private volatile boolean isAlone = true;
  private volatile boolean areNotesRead = true;

  Health(Breaker redis, Breaker supabase) {
    this.redis = redis;
    this.supabase = supabase;
  }

  Breaker redis() {
    return redis;
  }

  Breaker supabase() {
    return supabase;
  }

  /** Whether L1 and L2 may answer. */
  boolean isRedisUsed() {
    return redis.isClosed();
  }

  /** Tells whether this node is the only living one. */
  void alone(boolean isAloneNow) {
    isAlone = isAloneNow;
  }

  /** Whether this node is the only living one, as far as it knows. */
  boolean isAlone() {
    return isAlone;
  }

  /** Tells whether Redis has been told of all that was written past it. */
  void notesRead(boolean areRead) {
    areNotesRead = areRead;
  }

  /**
   * Whether an answer may be older than I4 allows: what other nodes wrote is not to be seen while
   * Redis is out, nor what was written past Redis until it has been told.
   */
  boolean mayBeStale() {
    return isRedisUsed() ? !areNotesRead : !isAlone;
  }

  /**
   * The same for an answer for which L2 was asked: if it did not answer, what other nodes wrote is
   * not to be seen.
   */
  boolean mayBeStale(boolean isL2Heard) {
    return mayBeStale() || (!isL2Heard && !isAlone);
  }

  /** The mode that follows from the breakers. */
  Mode mode() {
    if (redis.state().equals("HALF_OPEN")) {
      return Mode.RECOVERING;
    }
    if (!redis.isClosed()) {
      return supabase.isClosed() ? Mode.BYPASS : Mode.ISOLATED;
    }
    return supabase.isClosed() ? Mode.NORMAL : Mode.BUFFERING;
  }
}
