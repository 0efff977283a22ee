package dev.nivel.redis;

import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The zlib format (RFC 1950) with pooled state: making a Deflater anew costs more than compressing
 * a small value. Safe for use by several threads.
 */
final class Zlib implements AutoCloseable {
  private static final int POOLED_MAX = 16;

  private final ArrayBlockingQueue<Deflater> deflaters = new ArrayBlockingQueue<>(POOLED_MAX);
  private final Inflation inflation = new Inflation(false);

  /**
   * Compresses.
   *
   * @param compressedBytesMax what the result may have
   * @return the compressed bytes; null if they would be more
   */
  byte @Nullable [] deflate(byte[] raw, int compressedBytesMax) {
    @Nullable Deflater pooled = deflaters.poll();
    Deflater deflater = pooled == null ? new Deflater() : pooled;
    try {
      byte[] buffer = new byte[compressedBytesMax];
      deflater.setInput(raw);
      deflater.finish();
      int length = deflater.deflate(buffer);
      return deflater.finished() ? Arrays.copyOf(buffer, length) : null;
    } finally {
      deflater.reset();
      if (!deflaters.offer(deflater)) {
        deflater.end();
      }
    }
  }

  /**
   * Decompresses.
   *
   * @param rawBytes how many bytes must come out; memory is never used for more
   * @throws dev.nivel.store.CorruptException if something else comes out
   */
  byte[] inflate(byte[] bytes, int offset, int rawBytes) {
    return inflation.inflate(bytes, offset, rawBytes);
  }

  @Override
  public void close() {
    for (Deflater d = deflaters.poll(); d != null; d = deflaters.poll()) {
      d.end();
    }
    inflation.close();
  }
}
