package dev.nivel.journal;

import dev.nivel.store.ConfigurationException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How a segment begins: {@link #BYTES} bytes, of which two places tell the same, so that one broken
 * sector costs nothing.
 *
 * <pre>
 * offset bytes
 *      0     4 magic
 *      4     4 format version, 1
 *      8     8 number of the segment
 *     16     8 salt of the checksums
 *     24     4 CRC32C of bytes 0 to 23
 *   2048    28 the same once more
 * </pre>
 *
 * @param number the segment's
 * @param salt random, known to nobody outside: a value that contains what looks like a record is
 *     never taken for one
 * @param isWhole whether both places are right
 */
record SegmentHeader(long number, long salt, boolean isWhole) {
  static final int BYTES = 4_096;
  private static final int MAGIC = 0x6e_76_6a_1a;
  private static final int FORMAT = 1;
  private static final int COPY_OFFSET = BYTES / 2;
  private static final int CHECKSUM_OFFSET = 24;

  /** The header of a new segment. */
  static SegmentHeader of(long number, long salt) {
    return new SegmentHeader(number, salt, true);
  }

  byte[] encode() {
    byte[] header = new byte[BYTES];
    for (int offset : new int[]{0, COPY_OFFSET}) {
      ByteBuffer.wrap(header, offset, CHECKSUM_OFFSET)
          .putInt(MAGIC)
          .putInt(FORMAT)
          .putLong(number)
          .putLong(salt);
      ByteBuffer.wrap(header).putInt(offset + CHECKSUM_OFFSET, checksum(header, offset));
    }
    return header;
  }

  /**
   * The header of a file; null if it has none that is right.
   *
   * @throws ConfigurationException if a later version of Nivel wrote it
   */
  static @Nullable SegmentHeader decode(byte[] file) {
    if (file.length < BYTES) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(file);
    boolean isFirst = isRight(file, 0);
    boolean isSecond = isRight(file, COPY_OFFSET);
    if (!isFirst && !isSecond) {
      return null;
    }
    int offset = isFirst ? 0 : COPY_OFFSET;
    int format = header.getInt(offset + 4);
    if (format != FORMAT) {
      throw new ConfigurationException("segment " + header.getLong(offset + 8)
          + " of the journal has format " + format + "; this version of Nivel reads " + FORMAT);
    }
    return new SegmentHeader(header.getLong(offset + 8), header.getLong(offset + 16),
        isFirst && isSecond);
  }

  private static boolean isRight(byte[] file, int offset) {
    ByteBuffer header = ByteBuffer.wrap(file);
    return header.getInt(offset) == MAGIC
        && header.getInt(offset + CHECKSUM_OFFSET) == checksum(file, offset);
  }

  private static int checksum(byte[] bytes, int offset) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, CHECKSUM_OFFSET);
    return (int) crc.getValue();
  }

}
