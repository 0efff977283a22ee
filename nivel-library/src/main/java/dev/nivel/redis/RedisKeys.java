package dev.nivel.redis;

import dev.nivel.store.CorruptException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * The names of keys. All keys of a bucket share a hash slot, so that a script may touch a
 * conversation and its bucket's index in Redis Cluster, too.
 */
final class RedisKeys {
  /** How many buckets there are. */
  static final int BUCKETS = 256;

  /** The bucket in which nodes say that they are there. */
  static final int PRESENCE_BUCKET = 0;

  /** The bucket in which dictionaries are. */
  static final int DICTIONARIES_BUCKET = 0;

  /** The channel on which scripts tell what they changed. */
  static final byte[] CHANGES = ascii("nivel:changes");

  /** By character: whether it stays as it is. */
  private static final boolean[] PLAIN = new boolean[128];

  static {
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:@-".chars()
        .forEach(c -> PLAIN[c] = true);
  }

  private static final byte[][] HASHES = ofEachBucket(":c:");
  private static final byte[][] FILL_TOKENS = ofEachBucket(":t:");
  private static final byte[][] UNSYNCED = ofEachBucket(":dirty");
  private static final byte[][] GENERATIONS = ofEachBucket(":gen");

  private RedisKeys() {}

  private static byte[][] ofEachBucket(String rest) {
    return IntStream.range(0, BUCKETS)
        .mapToObj(bucket -> ascii("nivel:{" + bucket + "}" + rest))
        .toArray(byte[][]::new);
  }

  /** The bucket of a conversation: the low byte of the CRC32C of its id. */
  static int bucket(String conversation) {
    CRC32C crc = new CRC32C();
    crc.update(conversation.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue() & (BUCKETS - 1);
  }

  static byte[] hash(int bucket, String encodedConversation) {
    return joined(HASHES[bucket], encodedConversation);
  }

  static byte[] fillToken(int bucket, String encodedConversation) {
    return joined(FILL_TOKENS[bucket], encodedConversation);
  }

  private static byte[] joined(byte[] prefix, String encodedConversation) {
    byte[] rest = ascii(encodedConversation);
    byte[] key = Arrays.copyOf(prefix, prefix.length + rest.length);
    System.arraycopy(rest, 0, key, prefix.length, rest.length);
    return key;
  }

  /** Not to be changed. */
  static byte[] unsynced(int bucket) {
    return UNSYNCED[bucket];
  }

  /** Not to be changed. */
  static byte[] generation(int bucket) {
    return GENERATIONS[bucket];
  }

  static byte[] presence(int node) {
    return ascii("nivel:{" + PRESENCE_BUCKET + "}:node:" + node);
  }

  static byte[] dictionaries(String scope) {
    return ascii("nivel:{" + DICTIONARIES_BUCKET + "}:dictionaries:" + encode(scope));
  }

  static byte[] canary(int bucket, String owner) {
    return ascii("nivel:{" + bucket + "}:canary:" + owner);
  }

  /** An id as in keys: UTF-8, percent-encoded outside of {@code [A-Za-z0-9_.:@-]}. */
  static String encode(String conversation) {
    if (isPlain(conversation)) {
      return conversation;
    }
    StringBuilder encoded = new StringBuilder(conversation.length());
    for (byte b : conversation.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c < PLAIN.length && PLAIN[c]) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return encoded.toString();
  }

  private static boolean isPlain(String conversation) {
    for (int i = 0; i < conversation.length(); i++) {
      char c = conversation.charAt(i);
      if (c >= PLAIN.length || !PLAIN[c]) {
        return false;
      }
    }
    return true;
  }

  /**
   * The id of an encoded id.
   *
   * @throws CorruptException if it is none
   */
  static String decode(String encoded) {
    if (encoded.indexOf('%') < 0) {
      return encoded;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
    try {
      for (int i = 0; i < encoded.length(); i++) {
        char c = encoded.charAt(i);
        bytes.write(c == '%' ? HexFormat.fromHexDigits(encoded, i + 1, i + 3) : c);
        i += c == '%' ? 2 : 0;
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new CorruptException("a key in Redis holds a broken percent-encoded byte");
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
