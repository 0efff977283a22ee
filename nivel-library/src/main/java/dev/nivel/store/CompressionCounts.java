package dev.nivel.store;

/**
 * What compression did since the start.
 *
 * @param rawBytes bytes of all values that were encoded
 * @param storedBytes bytes that they became
 * @param compressed how many values were stored compressed
 * @param skipped how many were stored as they are: small, or not worthwhile
 */
public record CompressionCounts(long rawBytes, long storedBytes, long compressed, long skipped) {
  /** Raw by stored bytes; 1 before anything was stored. */
  public double ratio() {
    return storedBytes == 0 ? 1 : (double) rawBytes / storedBytes;
  }
}
