package dev.nivel.journal;

import dev.nivel.store.ConfigurationException;
import java.nio.file.Path;

/**
 * How a journal is kept.
 *
 * @param directory its own; made if need be
 * @param fsync how soon an append is on the disk
 * @param segmentBytes from which length on a file is followed by the next one; 16 KiB to 1 GiB
 * @param bytesMax how long all files may be together; at least four segments
 */
public record JournalSettings(Path directory, FsyncPolicy fsync, long segmentBytes,
    long bytesMax) {
  /** A good length of a segment. */
  public static final long SEGMENT_BYTES = 16L << 20;

  private static final long SEGMENT_BYTES_MIN = 16L << 10;
  private static final long SEGMENT_BYTES_MAX = 1L << 30;
  private static final int SEGMENTS_MIN = 4;

  /**
   * Checks the lengths.
   *
   * @throws ConfigurationException if one is not allowed
   */
  public JournalSettings {
    if (segmentBytes < SEGMENT_BYTES_MIN || segmentBytes > SEGMENT_BYTES_MAX) {
      throw new ConfigurationException("a segment of the journal has " + SEGMENT_BYTES_MIN + " to "
          + SEGMENT_BYTES_MAX + " bytes, not " + segmentBytes);
    }
    if (bytesMax < SEGMENTS_MIN * segmentBytes) {
      throw new ConfigurationException("the journal is allowed at least "
          + SEGMENTS_MIN * segmentBytes + " bytes, " + SEGMENTS_MIN + " segments, not " + bytesMax);
    }
  }
}
