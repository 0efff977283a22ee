package dev.nivel.journal;

import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Fields of one conversation that are written by one append, so that all or none of them outlive a
 * crash.
 *
 * <pre>
 * offset bytes
 *      0     4 magic
 *      4     4 length, all included
 *      8     2 length of the conversation's id
 *     10     4 number of fields
 *     14     4 CRC32C of the salt and the fields
 *     18     4 CRC32C of the salt, bytes 0 to 17 and the id
 *     22     n the conversation's id
 *   22+n       the fields, each:
 *            8 stamp
 *            8 expiry, milliseconds since 1970, 0 = never
 *            1 0 tombstone, 1 value
 *            2 length of the key
 *            1 length of the content type, 0 = application/json
 *            4 length of the value
 *              key, content type, value
 * </pre>
 *
 * The head has a checksum of its own: of a group whose fields are damaged it is still known where
 * it ends and whose it is.
 *
 * @param conversation the id
 * @param fields at least one
 * @param bytes all of it
 */
record Group(String conversation, List<? extends Field> fields, byte[] bytes) {
  static final int MAGIC = 0x6e_76_6a_9d;
  static final int HEAD_BYTES = 22;
  static final int FIELD_HEAD_BYTES = 24;
  static final byte TOMBSTONE = 0;
  static final byte VALUE = 1;
  private static final int SHORT_MAX = 0xffff;
  private static final int ID_BYTES_MAX = 1_024;
  private static final byte[] NOTHING = {};

  /** A field's parts as bytes. */
  private record Parts(Field field, byte[] key, byte[] type, byte[] value) {
    static Parts of(Field field) {
      @Nullable Value content = field.content();
      byte[] type = content == null || content.contentType().equals(Value.JSON) ? NOTHING
          : content.contentType().getBytes(StandardCharsets.US_ASCII);
      return new Parts(field, field.key().getBytes(StandardCharsets.UTF_8), type,
          content == null ? NOTHING : content.bytes());
    }

    long length() {
      return (long) FIELD_HEAD_BYTES + key.length + type.length + value.length;
    }

    void put(ByteBuffer group) {
      group.putLong(field.stamp().bits())
          .putLong(field.expiresAtMillis())
          .put(field.content() == null ? TOMBSTONE : VALUE)
          .putShort((short) key.length)
          .put((byte) type.length)
          .putInt(value.length)
          .put(key)
          .put(type)
          .put(value);
    }
  }

  /**
   * Encodes fields.
   *
   * @throws UnavailableException if they are longer than a group can be
   */
  static Group of(long salt, String conversation, List<? extends Field> fields, long bytesMax) {
    byte[] id = conversation.getBytes(StandardCharsets.UTF_8);
    List<Parts> parts = new ArrayList<>(fields.size());
    long length = (long) HEAD_BYTES + id.length;
    boolean areKeysShort = true;
    for (Field field : fields) { // no stream: every write comes by here
      Parts part = Parts.of(field);
      parts.add(part);
      length += part.length();
      areKeysShort &= part.key().length <= SHORT_MAX;
    }
    if (length > bytesMax || id.length > ID_BYTES_MAX || !areKeysShort) {
      throw new UnavailableException("the journal takes up to " + bytesMax
          + " bytes at a time, not " + length);
    }
    ByteBuffer group = ByteBuffer.allocate((int) length);
    group.putInt(MAGIC)
        .putInt((int) length)
        .putShort((short) id.length)
        .putInt(fields.size())
        .position(HEAD_BYTES);
    group.put(id);
    parts.forEach(part -> part.put(group));
    int body = HEAD_BYTES + id.length;
    group.putInt(14, checksum(salt, group.array(), body, (int) length - body));
    group.putInt(18, headChecksum(salt, group.array(), 0, id.length));
    return new Group(conversation, fields, group.array());
  }

  /**
   * A head whose checksum is right.
   *
   * @param conversation the id
   * @param offset where the group begins
   * @param length of the group
   * @param bodyOffset where its fields begin
   * @param count of its fields
   * @param bodyChecksum of its fields
   */
  record Head(String conversation, int offset, int length, int bodyOffset, int count,
      int bodyChecksum) {
    int end() {
      return offset + length;
    }
  }

  /** The head at a place of a segment; null if there is none that is right. */
  static @Nullable Head head(long salt, byte[] segment, int offset) {
    int room = segment.length - offset;
    if (room < HEAD_BYTES || segment[offset] != (byte) (MAGIC >>> 24)) {
      return null;
    }
    ByteBuffer head = ByteBuffer.wrap(segment, offset, HEAD_BYTES).slice();
    int length = head.getInt(4);
    int idLength = head.getShort(8) & SHORT_MAX;
    if (head.getInt(0) != MAGIC || idLength > ID_BYTES_MAX || length < HEAD_BYTES + idLength
        || length > room || head.getInt(18) != headChecksum(salt, segment, offset, idLength)) {
      return null;
    }
    String conversation = new String(segment, offset + HEAD_BYTES, idLength,
        StandardCharsets.UTF_8);
    return new Head(conversation, offset, length, offset + HEAD_BYTES + idLength,
        head.getInt(10), head.getInt(14));
  }

  /** Whether the fields of a group are what was written. */
  static boolean isBodyRight(long salt, byte[] segment, Head head) {
    int bodyLength = head.end() - head.bodyOffset();
    return head.bodyChecksum() == checksum(salt, segment, head.bodyOffset(), bodyLength);
  }

  /**
   * The fields of a group whose checksums are right.
   *
   * @throws RuntimeException of several kinds if this version of Nivel doesn't know such fields
   */
  static List<Field> fields(byte[] segment, Head head) {
    ByteBuffer group = ByteBuffer.wrap(segment, head.bodyOffset(),
        head.end() - head.bodyOffset());
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < head.count(); i++) {
      fields.add(field(group));
    }
    return fields;
  }

  private static Field field(ByteBuffer group) {
    Stamp stamp = new Stamp(group.getLong());
    long expiry = group.getLong();
    byte kind = group.get();
    byte[] key = new byte[group.getShort() & SHORT_MAX];
    byte[] type = new byte[group.get() & 0xff];
    int length = group.getInt();
    group.get(key).get(type);
    if (length < 0 || length > group.remaining() || (kind != TOMBSTONE && kind != VALUE)) {
      throw new IllegalArgumentException("a field of " + length + " bytes and kind " + kind);
    }
    byte[] value = new byte[length];
    group.get(value);
    String contentType = type.length == 0 ? Value.JSON
        : new String(type, StandardCharsets.US_ASCII);
    return Field.of(new String(key, StandardCharsets.UTF_8), stamp,
        kind == TOMBSTONE ? null : Value.of(value, contentType), expiry);
  }

  private static int checksum(long salt, byte[] bytes, int offset, int length) {
    CRC32C crc = salted(salt);
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static int headChecksum(long salt, byte[] bytes, int offset, int idLength) {
    CRC32C crc = salted(salt);
    crc.update(bytes, offset, HEAD_BYTES - Integer.BYTES);
    crc.update(bytes, offset + HEAD_BYTES, idLength);
    return (int) crc.getValue();
  }

  private static CRC32C salted(long salt) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, salt));
    return crc;
  }
}
