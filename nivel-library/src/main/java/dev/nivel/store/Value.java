package dev.nivel.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bytes and what they are. Immutable as long as nobody writes to the array that {@link #bytes()}
 * shows, which is shared and not copied.
 *
 * <p>Beside its bytes a value may hold them deflated, as a store keeps them, for those who pass
 * them on like that. What it equals does not depend on it. Safe for use by several threads.
 */
public final class Value {
  /** The content type of a value that names none. */
  public static final String JSON = "application/json";

  /** The longest content type, in characters. */
  public static final int CONTENT_TYPE_LENGTH_MAX = 255;

  /** FDICT in the second byte (RFC 1950, 2.2). */
  private static final int ZLIB_DICTIONARY_FLAG = 0x20;

  private final byte[] bytes;
  private final String contentType;
  private final boolean mayHoldDeflated;
  /** Once it is there it does not change. */
  private volatile byte @Nullable [] deflated;

  private Value(byte[] bytes, String contentType, boolean mayHoldDeflated) {
    this.bytes = bytes;
    this.contentType = contentType;
    this.mayHoldDeflated = mayHoldDeflated;
  }

  /**
   * A value over an array that the caller hands over and never writes to again.
   *
   * @param contentType 1 to 255 visible ASCII characters and spaces
   */
  public static Value of(byte[] bytes, String contentType) {
    if (contentType.equals(JSON)) {
      return new Value(bytes, JSON, true);
    }
    if (!isContentType(contentType)) {
      throw new IllegalArgumentException("a content type is 1 to " + CONTENT_TYPE_LENGTH_MAX
          + " visible ASCII characters, not one of length " + contentType.length());
    }
    return new Value(bytes, contentType, true);
  }

  /** A typed object as bytes. */
  public static <T> Value of(T object, Codec<T> codec) {
    return of(codec.encode(object), codec.contentType());
  }

  /** A JSON text, which is not checked. */
  public static Value json(String json) {
    return new Value(json.getBytes(StandardCharsets.UTF_8), JSON, true);
  }

  /** Whether a text can be kept as a content type. */
  public static boolean isContentType(String text) {
    return !text.isEmpty() && text.length() <= CONTENT_TYPE_LENGTH_MAX && isVisibleAscii(text);
  }

  /** Each value that is read is looked at, so that this must not cost what a stream does. */
  private static boolean isVisibleAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < 0x20 || text.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
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

  /**
   * The bytes in the zlib format (RFC 1950) without a preset dictionary, which HTTP calls deflate;
   * empty if they are not at hand. The array itself, not a copy: read it only.
   */
  public Optional<byte[]> deflated() {
    return Optional.ofNullable(deflated);
  }

  /**
   * Keeps what {@link #deflated} shows from now on, unless it is there already, or needs a preset
   * dictionary.
   *
   * @param zlib handed over and never written to again
   */
  public void holdDeflated(byte[] zlib) {
    boolean needsDictionary = zlib.length > 1 && (zlib[1] & ZLIB_DICTIONARY_FLAG) != 0;
    if (mayHoldDeflated && !needsDictionary && deflated == null) {
      deflated = zlib;
    }
  }

  /** The same, never to hold its bytes deflated as well: for who counts only its length. */
  public Value plain() {
    return new Value(bytes, contentType, false);
  }

  /** How many bytes it holds: its length, and that of the deflated ones if they are there. */
  public int heldBytes() {
    byte @Nullable [] zlib = deflated;
    return bytes.length + (zlib == null ? 0 : zlib.length);
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
