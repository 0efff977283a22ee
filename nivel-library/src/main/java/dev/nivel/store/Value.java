package dev.nivel.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes and what they are. Immutable as long as nobody writes to the array that {@link #bytes()}
 * shows, which is shared and not copied.
 */
public final class Value {
  /** The content type of a value that names none. */
  public static final String JSON = "application/json";

  /** The longest content type, in characters. */
  public static final int CONTENT_TYPE_LENGTH_MAX = 255;

  private final byte[] bytes;
  private final String contentType;

  private Value(byte[] bytes, String contentType) {
    this.bytes = bytes;
    this.contentType = contentType;
  }

  /**
   * A value over an array that the caller hands over and never writes to again.
   *
   * @param contentType 1 to 255 visible ASCII characters and spaces
   */
  public static Value of(byte[] bytes, String contentType) {
    if (contentType.equals(JSON)) {
      return new Value(bytes, JSON);
    }
    if (!isContentType(contentType)) {
      throw new IllegalArgumentException("a content type is 1 to " + CONTENT_TYPE_LENGTH_MAX
          + " visible ASCII characters, not one of length " + contentType.length());
    }
    return new Value(bytes, contentType);
  }

  /** A typed object as bytes. */
  public static <T> Value of(T object, Codec<T> codec) {
    return of(codec.encode(object), codec.contentType());
  }

  /** A JSON text, which is not checked. */
  public static Value json(String json) {
    return new Value(json.getBytes(StandardCharsets.UTF_8), JSON);
  }

  /** Whether a text can be kept as a content type. */
  public static boolean isContentType(String text) {
    return !text.isEmpty() && text.length() <= CONTENT_TYPE_LENGTH_MAX
        && text.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
  }

  /** The typed object again. */
  public <T> T as(Codec<T> codec) {
    return codec.decode(bytes);
  }

  /** The bytes as UTF-8 text. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The array itself, not a copy: read it only. */
  public byte[] bytes() {
    return bytes;
  }

  /** What the bytes are, as in HTTP. */
  public String contentType() {
    return contentType;
  }

  /** How many bytes. */
  public int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Value value && contentType.equals(value.contentType)
        && Arrays.equals(bytes, value.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Length and type; never the content, which must not reach a log. */
  @Override
  public String toString() {
    return bytes.length + " bytes of " + contentType;
  }
}
