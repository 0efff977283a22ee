package dev.nivel.store;

/**
 * What compression did since the start.
 *
 * @param rawBytes bytes of all values that were encoded
 * @param storedBytes bytes that they became
 * @param compressed how many values were stored compressed
 * @param skipped how many were stored as they are: small, or not worthwhile
 * @param withDictionary how many of the compressed ones need a dictionary
 * @param learning how dictionaries are
 */
public record CompressionCounts(long rawBytes, long storedBytes, long compressed, long skipped,
    long withDictionary, Learning learning) {
  /**
   * What was learned.
   *
   * @param dictionary the name of the one in use; empty if there is none
   * @param known how many are in memory
   * @param trained how many this node has made since the start, adopted or not
   * @param adopted how many of them it has adopted
   * @param sampleBytes how many bytes of values it has at hand to learn from
   */
  public record Learning(String dictionary, int known, long trained, long adopted,
      long sampleBytes) {
    /** Nothing yet. */
    public static final Learning NONE = new Learning("", 0, 0, 0, 0);
  }

  /** Raw by stored bytes; 1 before anything was stored. */
  public double ratio() {
    return storedBytes == 0 ? 1 : (double) rawBytes / storedBytes;
  }
}
