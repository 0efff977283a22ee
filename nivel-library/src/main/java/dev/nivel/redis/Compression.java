package dev.nivel.redis;

import dev.nivel.store.CompressionCounts;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is worth compressing. A value of at least the threshold is compressed, and the
 * result kept if it saves a tenth. Values of a kind that did not compress are left alone for a
 * while: after each failure twice as many of them pass untried, up to 64. Safe for use by several
 * threads.
 */
final class Compression implements AutoCloseable {
  private static final int KINDS = 256;
  private static final int UNTRIED_MAX = 64;

  private final int thresholdBytes;
  private final Zlib zlib = new Zlib();
  /** By kind: how many values pass untried after the next failure. */
  private final AtomicIntegerArray penalties = new AtomicIntegerArray(KINDS);
  /** By kind: how many values are still to pass untried. */
  private final AtomicIntegerArray untried = new AtomicIntegerArray(KINDS);
  private final LongAdder rawBytes = new LongAdder();
  private final LongAdder storedBytes = new LongAdder();
  private final LongAdder compressed = new LongAdder();
  private final LongAdder skipped = new LongAdder();

  /** Compresses from so many bytes on. */
  Compression(int thresholdBytes) {
    this.thresholdBytes = thresholdBytes;
  }

  /**
   * Compresses a value if that is worthwhile.
   *
   * @param kind whatever values of the same sort share
   * @return the compressed bytes; null if the value is to be stored as it is
   */
  byte @Nullable [] compress(byte[] raw, int kind) {
    byte @Nullable [] result = raw.length < thresholdBytes ? null
        : attempt(raw, kind & (KINDS - 1));
    rawBytes.add(raw.length);
    storedBytes.add(result == null ? raw.length : result.length);
    (result == null ? skipped : compressed).increment();
    return result;
  }

  private byte @Nullable [] attempt(byte[] raw, int kind) {
    if (untried.get(kind) > 0 && untried.getAndDecrement(kind) > 0) {
      return null;
    }
    byte @Nullable [] result = zlib.deflate(raw, raw.length - raw.length / 10);
    if (result == null) {
      int penalty = Math.min(UNTRIED_MAX, penalties.get(kind) * 2 + 1);
      penalties.set(kind, penalty);
      untried.set(kind, penalty);
    } else {
      penalties.set(kind, 0);
    }
    return result;
  }

  /** Decompresses what {@link #compress} made. */
  byte[] decompress(byte[] bytes, int offset, int rawLength) {
    return zlib.inflate(bytes, offset, rawLength);
  }

  CompressionCounts counts() {
    return new CompressionCounts(rawBytes.sum(), storedBytes.sum(), compressed.sum(),
        skipped.sum());
  }

  @Override
  public void close() {
    zlib.close();
  }
}
