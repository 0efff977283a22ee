package dev.nivel.redis;

import dev.nivel.store.CorruptException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses DEFLATE (RFC 1951) with pooled state, with the header of zlib (RFC 1950) or without.
 * Safe for use by several threads.
 */
final class Inflation implements AutoCloseable {
  private static final int POOLED_MAX = 16;
  private static final byte[] NO_DICTIONARY = {};

  private final boolean isRaw;
  private final ArrayBlockingQueue<Inflater> inflaters = new ArrayBlockingQueue<>(POOLED_MAX);

  /** Of what has no header, or of what has zlib's. */
  Inflation(boolean isRaw) {
    this.isRaw = isRaw;
  }

  /**
   * Decompresses.
   *
   * @param rawBytes how many bytes must come out; memory is never used for more
   * @throws CorruptException if something else comes out
   */
  byte[] inflate(byte[] bytes, int offset, int rawBytes) {
    return inflate(bytes, offset, rawBytes, NO_DICTIONARY);
  }

  /** Decompresses what was compressed against a dictionary; without a header only. */
  byte[] inflate(byte[] bytes, int offset, int rawBytes, byte[] dictionary) {
    @Nullable Inflater pooled = inflaters.poll();
    Inflater inflater = pooled == null ? new Inflater(isRaw) : pooled;
    try {
      if (dictionary.length > 0) {
        inflater.setDictionary(dictionary);
      }
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

  @Override
  public void close() {
    for (Inflater i = inflaters.poll(); i != null; i = inflaters.poll()) {
      i.end();
    }
  }
}
