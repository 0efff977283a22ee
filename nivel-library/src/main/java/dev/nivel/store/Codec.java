package dev.nivel.store;

import java.nio.charset.StandardCharsets;

/**
 * Turns objects of one type into bytes and back. Bring your own JSON library: two methods suffice.
 * Must be safe for use by several threads.
 *
 * @param <T> the type that the application works with
 */
public interface Codec<T> {
  /** Text as UTF-8, content type {@code text/plain; charset=utf-8}. */
  Codec<String> TEXT = new Codec<>() {
    @Override
    public byte[] encode(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String decode(byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public String contentType() {
      return "text/plain; charset=utf-8";
    }
  };

  /** The bytes of the object, in an array that the codec does not keep. */
  byte[] encode(T object);

  /** The object of the bytes. Must neither keep nor change the array. */
  T decode(byte[] bytes);

  /** What the bytes are, as in HTTP; {@code application/json} unless overridden. */
  default String contentType() {
    return Value.JSON;
  }
}
