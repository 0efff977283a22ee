package dev.nivel.faults.plan;

/**
 * What is known of a failover of Redis.
 *
 * @param lostAt when the master was lost, as {@link System#nanoTime} has it
 * @param promotedAt when another server was seen in its place
 * @param bytesLost how much the old master had carried out that the new one never heard of, at
 *     least
 */
public record Promotion(long lostAt, long promotedAt, long bytesLost) {
  /** Pings of a master to its replicas, which it sends every ten seconds, are shorter. */
  private static final long BYTES_OF_WRITE_MIN = 64;

  /** Whether Redis has lost writes that it had acknowledged. */
  public boolean hasLost() {
    return bytesLost >= BYTES_OF_WRITE_MIN;
  }

  /** On one line. */
  public String describe() {
    return "promoted after %.1f s, %d bytes of writes lost".formatted(
        (promotedAt - lostAt) / 1e9, bytesLost);
  }
}
