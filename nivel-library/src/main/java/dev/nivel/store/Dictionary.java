package dev.nivel.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What values in L2 may be compressed against. It is named by its content, so that two nodes that
 * learn at once don't disturb each other, and nobody takes one for another. Immutable as long as
 * nobody writes to the array that {@link #content()} shows, which is shared and not copied.
 */
public final class Dictionary {
  /** The longest content: as far back as DEFLATE (RFC 1951) can refer. */
  public static final int BYTES_MAX = 32 << 10;

  private final String scope;
  private final int id;
  private final byte[] content;

  /**
   * A dictionary.
   *
   * @param scope who shares it: values are compressed with dictionaries of their own scope alone
   * @param content 1 to {@link #BYTES_MAX} bytes
   */
  public Dictionary(String scope, byte[] content) {
    if (content.length == 0 || content.length > BYTES_MAX) {
      throw new IllegalArgumentException("a dictionary of " + content.length
          + " bytes; allowed is 1 to " + BYTES_MAX);
    }
    this.scope = scope;
    this.content = content;
    id = ByteBuffer.wrap(digest(scope, content)).getInt();
  }

  private static byte[] digest(String scope, byte[] content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(scope.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      return digest.digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JVM has SHA-256", e);
    }
  }

  /** Who shares it. */
  public String scope() {
    return scope;
  }

  /** The first four bytes of the SHA-256 of the scope as UTF-8, a zero byte and the content. */
  public int id() {
    return id;
  }

  /** The id as eight hexadecimal digits. */
  public String name() {
    return name(id);
  }

  /** An id as eight hexadecimal digits. */
  public static String name(int id) {
    return HexFormat.of().toHexDigits(id);
  }

  /** The array itself, not a copy: read it only. */
  public byte[] content() {
    return content;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dictionary dictionary && scope.equals(dictionary.scope)
        && Arrays.equals(content, dictionary.content);
  }

  @Override
  public int hashCode() {
    return id;
  }

  /** Name and length; never the content, which must not reach a log. */
  @Override
  public String toString() {
    return "dictionary " + name() + " of " + content.length + " bytes";
  }
}
