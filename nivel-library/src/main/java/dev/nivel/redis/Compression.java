package dev.nivel.redis;

import dev.nivel.store.CompressionCounts;
import dev.nivel.store.CorruptException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is worth compressing, and how; a result is kept if it saves a tenth. What looks like
 * noise is left alone. A value of up to {@link Preset#VALUE_BYTES_MAX} bytes is compressed against
 * the dictionary in use, if there is one. One of at least the threshold that this does not halve is
 * compressed by zlib, and the shorter result kept. Values of a kind that zlib did not compress are
 * left to the dictionary for a while: after each failure twice as many of them, up to 64. Safe for
 * use by several threads.
 */
final class Compression implements AutoCloseable {
  private static final int KINDS = 256;
  private static final int UNTRIED_MAX = 64;
  /** What a dictionary could not save anything of. */
  private static final int DICTIONARY_VALUE_BYTES_MIN = 16;

  private final int thresholdBytes;
  private final Presets presets;
  private final Zlib zlib = new Zlib();
  private final Inflation inflation = new Inflation(true);
  /** By kind: how many values pass untried after the next failure. */
  private final AtomicIntegerArray penalties = new AtomicIntegerArray(KINDS);
  /** By kind: how many values are still to pass untried. */
  private final AtomicIntegerArray untried = new AtomicIntegerArray(KINDS);
  private final LongAdder rawBytes = new LongAdder();
  private final LongAdder storedBytes = new LongAdder();
  private final LongAdder compressed = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder withDictionary = new LongAdder();

  /** Compresses with zlib from so many bytes on, and with a dictionary from 16 bytes on. */
  Compression(int thresholdBytes, Presets presets) {
    this.thresholdBytes = thresholdBytes;
    this.presets = presets;
  }

  /**
   * What a value became.
   *
   * @param payload if there is a dictionary, its id in four bytes, then what was compressed
   */
  record Compressed(byte[] payload, boolean hasDictionary) {}

  /**
   * Compresses a value if that is worthwhile.
   *
   * @param kind whatever values of the same sort share
   * @return null if the value is to be stored as it is
   */
  @Nullable
  Compressed compress(byte[] raw, int kind) {
    @Nullable Preset preset = presets.used();
    boolean isTried = (preset != null || raw.length >= thresholdBytes) && !Noise.isLike(raw);
    @Nullable Compressed result = isTried ? attempt(raw, kind & (KINDS - 1), preset) : null;
    rawBytes.add(raw.length);
    storedBytes.add(result == null ? raw.length : result.payload.length);
    (result == null ? skipped : compressed).increment();
    if (result != null && result.hasDictionary) {
      withDictionary.increment();
    }
    return result;
  }

  /** How many bytes a value would have without its envelope, with a dictionary or none. */
  int storedBytes(byte[] raw, @Nullable Preset preset) {
    byte @Nullable [] result = preset == null ? null : withDictionary(raw, preset);
    int bytes = result == null ? raw.length : result.length;
    if (raw.length >= thresholdBytes && bytes > raw.length / 2) {
      byte @Nullable [] plain = zlib.deflate(raw, bytesMax(raw));
      bytes = plain == null ? bytes : Math.min(bytes, plain.length);
    }
    return bytes;
  }

  private @Nullable Compressed attempt(byte[] raw, int kind, @Nullable Preset preset) {
    byte @Nullable [] result = preset == null ? null : withDictionary(raw, preset);
    boolean isHalved = result != null && result.length <= raw.length / 2;
    byte @Nullable [] plain = isHalved || raw.length < thresholdBytes ? null : plain(raw, kind);
    if (plain != null && isShorter(plain, result)) {
      return new Compressed(plain, false);
    }
    return result == null ? null : new Compressed(result, true);
  }

  private static boolean isShorter(byte[] one, byte @Nullable [] other) {
    return other == null || one.length < other.length;
  }

  private static int bytesMax(byte[] raw) {
    return raw.length - raw.length / 10;
  }

  private static byte @Nullable [] withDictionary(byte[] raw, Preset preset) {
    if (raw.length < DICTIONARY_VALUE_BYTES_MIN || raw.length > Preset.VALUE_BYTES_MAX) {
      return null;
    }
    byte @Nullable [] result = preset.deflate(raw, Integer.BYTES, bytesMax(raw));
    if (result != null) {
      ByteBuffer.wrap(result).putInt(preset.dictionary().id());
    }
    return result;
  }

  private byte @Nullable [] plain(byte[] raw, int kind) {
    if (untried.get(kind) > 0 && untried.getAndDecrement(kind) > 0) {
      return null;
    }
    byte @Nullable [] result = zlib.deflate(raw, bytesMax(raw));
    if (result == null) {
      int penalty = Math.min(UNTRIED_MAX, penalties.get(kind) * 2 + 1);
      penalties.set(kind, penalty);
      untried.set(kind, penalty);
    } else {
      penalties.set(kind, 0);
    }
    return result;
  }

  /** Decompresses what {@link #compress} made without a dictionary. */
  byte[] decompress(byte[] bytes, int offset, int rawLength) {
    return zlib.inflate(bytes, offset, rawLength);
  }

  /**
   * Decompresses what {@link #compress} made with a dictionary.
   *
   * @throws CorruptException if there is none of the id that it begins with
   * @throws dev.nivel.store.UnavailableException if that can't be known now
   */
  byte[] decompressWithDictionary(byte[] bytes, int offset, int rawLength) {
    if (bytes.length - offset < Integer.BYTES) {
      throw new CorruptException("a compressed value names no dictionary");
    }
    Preset preset = presets.find(ByteBuffer.wrap(bytes).getInt(offset));
    return inflation.inflate(bytes, offset + Integer.BYTES, rawLength,
        preset.dictionary().content());
  }

  CompressionCounts counts(CompressionCounts.Learning learning) {
    return new CompressionCounts(rawBytes.sum(), storedBytes.sum(), compressed.sum(),
        skipped.sum(), withDictionary.sum(), learning);
  }

  @Override
  public void close() {
    zlib.close();
    inflation.close();
  }
}
