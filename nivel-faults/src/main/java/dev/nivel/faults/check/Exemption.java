package dev.nivel.faults.check;

/** What looks wrong and is not promised. It is counted, so that nobody takes it for rare. */
public enum Exemption {
  /**
   * A condition was judged by Redis, and did not see an unconditional write or a deletion that
   * another node made past Redis within the last 3.1 s: until then Redis need not be told of it.
   */
  MISSED_PAST_REDIS("conditions that missed what was just written past Redis"),
  /**
   * Of two writes on two nodes, one in Redis and one past it, the later has the lesser version: the
   * order of writes on both sides of a partition is that of their clocks.
   */
  ORDERED_BY_CLOCKS("later writes past Redis with lesser versions"),
  /**
   * A node acknowledged an append that another node may have made under the same key, and a read on
   * it did not see the append yet: it is news from another node.
   */
  REPETITION_UNSEEN("reads without an append that another node may have made"),
  /**
   * A read did not see a value, and a removal of unknown outcome may be why; or it saw one that was
   * gone, or an older one, while an erasure went from level to level.
   */
  REMOVAL_UNDER_WAY("values of reads that a removal under way explains");

  private final String description;

  Exemption(String description) {
    this.description = description;
  }

  /** In words, for what was counted. */
  public String description() {
    return description;
  }
}
