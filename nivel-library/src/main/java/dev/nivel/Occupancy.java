package dev.nivel;

import org.jspecify.annotations.Nullable;

/**
 * How full L1 is, and who has to go first. For use by one thread.
 *
 * <p>What each insertion writes is here together, and not among the fields of L1 that readers need.
 */
final class Occupancy {
  private final L1.Settings bounds;
  private final EvictionOrder evictionOrder = new EvictionOrder();
  private int conversations;
  private long bytes;
  private long evictions;
  private long expirations;

  Occupancy(L1.Settings bounds) {
    this.bounds = bounds;
  }

  /** Learns that a resident has come. */
  void add(Resident resident) {
    conversations++;
    evictionOrder.add(resident);
  }

  /** Learns how many bytes are known of a resident now, which its id adds to. */
  void resize(Resident resident, long knownBytes) {
    int size = (int) Math.min(Integer.MAX_VALUE, bytes(resident.conversation, knownBytes));
    bytes += size - resident.bytes;
    resident.bytes = size;
  }

  /** The size of a conversation with its id. */
  static long bytes(String conversation, long knownBytes) {
    return knownBytes + 2L * conversation.length();
  }

  /** Learns that a resident is gone. */
  void remove(Resident resident) {
    conversations--;
    bytes -= resident.bytes;
    evictionOrder.left(conversations);
  }

  void countEviction() {
    evictions++;
  }

  void countExpiration() {
    expirations++;
  }

  /** Whether somebody has to go. */
  boolean isOverBound() {
    return conversations > bounds.conversationsMax() || bytes > bounds.bytesMax();
  }

  /** Whether one more can come without anybody going. */
  boolean hasRoom(long moreBytes) {
    return conversations < bounds.conversationsMax() && bytes + moreBytes <= bounds.bytesMax();
  }

  /** The least recently used resident; null if there is none. */
  @Nullable
  Resident oldest() {
    return evictionOrder.oldest();
  }

  Counts counts() {
    return new Counts(conversations, bounds.conversationsMax(), bytes, evictions, expirations);
  }

  /**
   * All of one moment.
   *
   * @param bytes roughly
   */
  record Counts(int conversations, int conversationsMax, long bytes, long evictions,
      long expirations) {}
}
