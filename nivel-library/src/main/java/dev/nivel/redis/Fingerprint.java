package dev.nivel.redis;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short names for what is told apart by long ones. Stateless. */
final class Fingerprint {
  private static final int BYTES = 6;

  private Fingerprint() {}

  /** 12 hexadecimal digits of a hash of a text. */
  static String of(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(RedisKeys.utf8(text));
      return HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
