package dev.nivel.journal;

import java.util.List;

/**
 * What a replay found. A record is one version of one field.
 *
 * @param records that were handed over
 * @param bytes that were read
 * @param segments that were read
 * @param tornBytes that were cut from the end: an append that did not return
 * @param damages what could not be read although something valid follows it; kept in quarantine
 */
public record ReplayReport(long records, long bytes, int segments, long tornBytes,
    List<Damage> damages) {
  /**
   * A piece of a segment that is not what was written.
   *
   * @param segment the segment's number
   * @param offset where in the segment it begins
   * @param bytes its length
   */
  public record Damage(long segment, long offset, long bytes) {}
}
