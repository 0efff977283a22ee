package dev.nivel.redis;

import dev.nivel.redis.Compression.Compressed;
import dev.nivel.store.CorruptException;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A field as bytes in Redis. The checksum binds the bytes to their conversation and key: bytes that
 * belong elsewhere are never returned (I6).
 *
 * <pre>
 * offset bytes
 *      0     1 format version, 1
 *      1     1 codec: 0 tombstone, 1 as it is, 2 zlib, 3 with a dictionary
 *      2     8 stamp            | scripts read these two
 *     10     8 expiry, milliseconds since 1970, 0 = never
 *     18     4 length of the value
 *     22     4 CRC32C over conversation, 0, key, 0, bytes 0 to 21 and 26 to the end
 *     26     1 length of the content type, 0 = application/json
 *     27     n content type, ASCII
 *   27+n       the value; with a dictionary: its id in 4 bytes, then DEFLATE without a header
 * </pre>
 */
final class Envelope {
  private static final byte FORMAT = 1;
  private static final byte TOMBSTONE = 0;
  private static final byte RAW = 1;
  private static final byte ZLIB = 2;
  private static final byte DICTIONARY = 3;
  private static final int LENGTH_OFFSET = 18;
  private static final int CHECKSUM_OFFSET = 22;
  private static final int TYPE_OFFSET = 26;
  private static final int HEADER_BYTES = 27;
  private static final byte[] NOTHING = {};

  private final Compression compression;
  private final int valueBytesMax;

  /** Refuses to decompress values of more than the given length. */
  Envelope(Compression compression, int valueBytesMax) {
    this.compression = compression;
    this.valueBytesMax = valueBytesMax;
  }

  /** Adds the keys and envelopes of fields to the arguments of a script. */
  void add(List<byte[]> arguments, String conversation, List<Field> fields) {
    for (Field field : fields) {
      arguments.add(RedisKeys.utf8(field.key()));
      arguments.add(encode(conversation, field));
    }
  }

  byte[] encode(String conversation, Field field) {
    @Nullable Value content = field.content();
    byte[] raw = content == null ? NOTHING : content.bytes();
    byte[] type = content == null || content.contentType().equals(Value.JSON) ? NOTHING
        : content.contentType().getBytes(StandardCharsets.US_ASCII);
    @Nullable Compressed compressed = content == null ? null
        : compression.compress(raw, kindOf(field, type));
    byte[] payload = compressed == null ? raw : compressed.payload();
    byte codec = content == null ? TOMBSTONE : codecOf(compressed);
    if (content != null && codec == ZLIB && field instanceof Entry) {
      content.holdDeflated(payload);
    }
    ByteBuffer envelope = ByteBuffer.allocate(HEADER_BYTES + type.length + payload.length)
        .put(FORMAT)
        .put(codec)
        .putLong(field.stamp().bits())
        .putLong(field.expiresAtMillis())
        .putInt(raw.length)
        .putInt(0)
        .put((byte) type.length)
        .put(type)
        .put(payload);
    byte[] bytes = envelope.array();
    envelope.putInt(CHECKSUM_OFFSET, checksum(conversation, field.key(), bytes));
    return bytes;
  }

  private static byte codecOf(@Nullable Compressed compressed) {
    if (compressed == null) {
      return RAW;
    }
    return compressed.hasDictionary() ? DICTIONARY : ZLIB;
  }

  private static int kindOf(Field field, byte[] type) {
    String key = field instanceof Entry ? field.key() : field.key().substring(0, 2);
    return key.hashCode() * 31 + Arrays.hashCode(type);
  }

  /**
   * The field of an envelope.
   *
   * @throws CorruptException if the bytes are not those of this field, or need a dictionary that is
   *     nowhere
   * @throws dev.nivel.store.UnavailableException if its dictionary is not to be had now
   */
  Field decode(String conversation, String key, byte[] bytes) {
    ByteBuffer envelope = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER_BYTES || bytes[0] != FORMAT) {
      throw corrupt("is in no known format");
    }
    if (envelope.getInt(CHECKSUM_OFFSET) != checksum(conversation, key, bytes)) {
      throw corrupt("does not match its checksum");
    }
    Stamp stamp = new Stamp(envelope.getLong(2));
    return Field.of(key, stamp, content(key, bytes, envelope), envelope.getLong(10));
  }

  private @Nullable Value content(String key, byte[] bytes, ByteBuffer envelope) {
    int typeLength = bytes[TYPE_OFFSET] & 0xff;
    int offset = HEADER_BYTES + typeLength;
    int length = envelope.getInt(LENGTH_OFFSET);
    if (length < 0 || length > valueBytesMax || offset > bytes.length) {
      throw corrupt("declares " + length + " bytes");
    }
    String type = typeLength == 0 ? Value.JSON
        : new String(bytes, HEADER_BYTES, typeLength, StandardCharsets.US_ASCII);
    return switch (bytes[1]) {
      case TOMBSTONE -> null;
      case RAW -> Value.of(Arrays.copyOfRange(bytes, offset, bytes.length), type);
      case ZLIB -> {
        Value value = Value.of(compression.decompress(bytes, offset, length), type);
        if (key.startsWith(Field.ENTRY_PREFIX)) { // nobody reads an item by itself
          value.holdDeflated(Arrays.copyOfRange(bytes, offset, bytes.length));
        }
        yield value;
      }
      case DICTIONARY -> Value.of(compression.decompressWithDictionary(bytes, offset, length),
          type);
      default -> throw corrupt("has the unknown codec " + bytes[1]);
    };
  }

  private static CorruptException corrupt(String what) {
    return new CorruptException("a value in Redis " + what);
  }

  private static int checksum(String conversation, String key, byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(conversation.getBytes(StandardCharsets.UTF_8));
    crc.update(0);
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    crc.update(0);
    crc.update(bytes, 0, CHECKSUM_OFFSET);
    crc.update(bytes, TYPE_OFFSET, bytes.length - TYPE_OFFSET);
    return (int) crc.getValue();
  }
}
