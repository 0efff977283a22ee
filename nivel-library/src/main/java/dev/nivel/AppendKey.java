package dev.nivel;

import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * By what a repeated append is known: the hash of the caller's key, and of what is appended.
 *
 * @param hash of the caller's key
 * @param bodyHash of the items, their content types included
 */
record AppendKey(String hash, String bodyHash) {
  /** For how long a repetition is known. */
  static final Duration TTL = Duration.ofHours(24);

  static AppendKey of(String key, List<Value> items) {
    MessageDigest body = sha256();
    for (Value item : items) {
      byte[] type = item.contentType().getBytes(StandardCharsets.US_ASCII);
      body.update(ByteBuffer.allocate(2 * Integer.BYTES)
          .putInt(type.length)
          .putInt(item.length())
          .flip());
      body.update(type);
      body.update(item.bytes());
    }
    return new AppendKey(hex(sha256().digest(key.getBytes(StandardCharsets.US_ASCII))),
        hex(body.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }

  /** The field that is written with the items under these stamps. */
  IdempotencyKey at(List<Stamp> stamps) {
    Stamp last = stamps.get(stamps.size() - 1);
    return new IdempotencyKey(hash, last, bodyHash, stamps, last.millis() + TTL.toMillis());
  }
}
