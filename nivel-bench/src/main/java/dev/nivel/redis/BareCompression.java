package dev.nivel.redis;

import dev.nivel.redis.Compression.Compressed;
import dev.nivel.store.Dictionary;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Compression of values in Redis by itself, for measurements. */
@NullMarked
public final class BareCompression implements AutoCloseable {
  /** What the envelope of a value adds to it in Redis. */
  public static final int ENVELOPE_BYTES = 27;
  private static final int THRESHOLD_BYTES = 1_024;

  private final Compression compression;
  private final @Nullable Preset preset;

  private BareCompression(@Nullable Dictionary dictionary) {
    Presets presets = new Presets(id -> dictionary);
    preset = dictionary == null ? null : presets.keep(dictionary);
    if (preset != null) {
      presets.use(preset, presets.suspensions());
    }
    compression = new Compression(THRESHOLD_BYTES, presets);
  }

  /** By the rule: zlib from 1 KiB on. */
  public static BareCompression byRule() {
    return new BareCompression(null);
  }

  /**
   * With a dictionary of so many bytes that was learned from conversations as a node does: from
   * three quarters of what a sample has kept of them.
   */
  public static BareCompression learned(List<List<byte[]>> conversations, int dictionaryBytesMax) {
    Sample sample = new Sample(1);
    for (int i = 0; i < conversations.size(); i++) {
      for (byte[] value : conversations.get(i)) {
        sample.offer("call-" + i, value, 0);
      }
    }
    byte[] content = Trainer.train(Learning.part(sample.conversations(), false),
        dictionaryBytesMax);
    return new BareCompression(new Dictionary("bench", content));
  }

  /** What it has learned. */
  public byte[] dictionary() {
    return Objects.requireNonNull(preset).dictionary().content();
  }

  /**
   * Encodes as for Redis.
   *
   * @return the bytes; the value itself if it is stored as it is
   */
  public byte[] encode(byte[] value, int kind) {
    @Nullable Compressed compressed = compression.compress(value, kind);
    return compressed == null ? value : compressed.payload();
  }

  /** Decodes what was encoded with a dictionary. */
  public byte[] decode(byte[] bytes, int length) {
    return compression.decompressWithDictionary(bytes, 0, length);
  }

  @Override
  public void close() {
    compression.close();
  }
}
