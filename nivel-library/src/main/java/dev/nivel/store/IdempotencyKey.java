package dev.nivel.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The trace of an append that was named by its caller: whoever repeats the append under the same
 * key gets its result again. It is written with the items, all or none, and no reader of the
 * conversation meets it. Once it has expired it counts as absent; a newer use of the key replaces
 * it.
 *
 * @param hash the SHA-256 of the caller's key, in hexadecimal digits
 * @param stamp the id of the last item
 * @param bodyHash the SHA-256 of what was appended, in hexadecimal digits
 * @param items the ids of the items in their order, one at least
 * @param expiresAtMillis until when a repetition is known, milliseconds since 1970
 */
public record IdempotencyKey(String hash, Stamp stamp, String bodyHash, List<Stamp> items,
    long expiresAtMillis) implements Field {
  /** What its bytes are; stores do not look into them. */
  private static final String CONTENT_TYPE = "application/octet-stream";

  private static final int BODY_HASH_BYTES = 32;

  /** Keeps a list that nobody changes. */
  public IdempotencyKey {
    items = List.copyOf(items);
  }

  /**
   * What the bytes mean that {@link #content()} made.
   *
   * @throws CorruptException if they are nothing of the kind
   */
  static IdempotencyKey of(String hash, Stamp stamp, Value content, long expiresAtMillis) {
    byte[] bytes = content.bytes();
    int idBytes = bytes.length - BODY_HASH_BYTES;
    if (idBytes < Long.BYTES || idBytes % Long.BYTES != 0) {
      throw new CorruptException("no idempotency key has " + bytes.length + " bytes");
    }
    List<Stamp> items = new ArrayList<>(idBytes / Long.BYTES);
    for (ByteBuffer ids = ByteBuffer.wrap(bytes, BODY_HASH_BYTES, idBytes); ids.hasRemaining();) {
      items.add(new Stamp(ids.getLong()));
    }
    return new IdempotencyKey(hash, stamp, HexFormat.of().formatHex(bytes, 0, BODY_HASH_BYTES),
        items, expiresAtMillis);
  }

  @Override
  public String key() {
    return KEY_PREFIX + hash;
  }

  /** The hash of the body, then the ids of the items, 8 bytes each. */
  @Override
  public Value content() {
    ByteBuffer bytes = ByteBuffer.allocate(contentBytes()).put(HexFormat.of().parseHex(bodyHash));
    items.forEach(item -> bytes.putLong(item.bits()));
    return Value.of(bytes.array(), CONTENT_TYPE);
  }

  @Override
  public int contentBytes() {
    return contentBytes(items.size());
  }

  /** The bytes of the content of a key of so many items. */
  public static int contentBytes(int items) {
    return BODY_HASH_BYTES + Long.BYTES * items;
  }
}
