package dev.nivel.redis;

import dev.nivel.store.CorruptException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The zlib format (RFC 1950) with pooled state: making a Deflater anew costs more than compressing
 * a small value. Safe for use by several threads.
 */
final class Zlib implements AutoCloseable {
  private static final int POOLED_MAX = 16;

  private final ArrayBlockingQueue<Deflater> deflaters = new ArrayBlockingQueue<>(POOLED_MAX);
  private final ArrayBlockingQueue<Inflater> inflaters = new ArrayBlockingQueue<>(POOLED_MAX);

  /**
   * Compresses.
   *
   * @param compressedBytesMax what the result may have
   * @return the compressed bytes; null if they would be more
   */
  byte @Nullable [] deflate(byte[] raw, int compressedBytesMax) {
    Deflater deflater = take(deflaters, Deflater::new);
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
   * @throws CorruptException if something else comes out
   */
  byte[] inflate(byte[] bytes, int offset, int rawBytes) {
    Inflater inflater = take(inflaters, Inflater::new);
    try {
      inflater.setInput(bytes, offset, bytes.length - offset);
      byte[] raw = new byte[rawBytes];
      int length = inflater.inflate(raw);
      boolean hasMore = !inflater.finished() && inflater.inflate(new byte[1]) > 0;
      if (length != rawBytes || hasMore || !inflater.finished()) {
        throw new CorruptException("a compressed value is not of the length that it declares");
      }
      return raw;
    } catch (DataFormatException e) {
      throw new CorruptException("a compressed value can't be decompressed: " + e.getMessage());
    } finally {
      inflater.reset();
      if (!inflaters.offer(inflater)) {
        inflater.end();
      }
    }
  }

  private static <T> T take(ArrayBlockingQueue<T> pool, Supplier<T> supplier) {
    @Nullable T pooled = pool.poll();
    return pooled == null ? supplier.get() : pooled;
  }

  @Override
  public void close() {
    for (Deflater d = deflaters.poll(); d != null; d = deflaters.poll()) {
      d.end();
    }
    for (Inflater i = inflaters.poll(); i != null; i = inflaters.poll()) {
      i.end();
    }
  }
}
