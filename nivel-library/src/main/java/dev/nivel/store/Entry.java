package dev.nivel.store;

import org.jspecify.annotations.Nullable;

/**
 * A named, mutable value of a conversation in one version. What the library returns to a caller has
 * a value; inside, an entry may be a tombstone, the trace of a deletion.
 *
 * @param name 1 to 256 bytes of UTF-8
 * @param stamp its version
 * @param content the value; null in a tombstone
 * @param expiresAtMillis when it expires, milliseconds since 1970; 0 = never
 */
public record Entry(String name, Stamp stamp, @Nullable Value content, long expiresAtMillis)
    implements
      Field {
  /** An entry that does not expire. */
  public static Entry of(String name, Stamp stamp, Value value) {
    return new Entry(name, stamp, value, 0);
  }

  /** The trace of a deletion. */
  public static Entry tombstone(String name, Stamp stamp) {
    return new Entry(name, stamp, null, 0);
  }

  /** The same version with the same value in another form. */
  Entry with(Value same) {
    return new Entry(name, stamp, same, expiresAtMillis);
  }

  /**
   * The value.
   *
   * @throws IllegalStateException in a tombstone, which no caller of the library meets
   */
  public Value value() {
    if (content == null) {
      throw new IllegalStateException("a tombstone has no value");
    }
    return content;
  }

  @Override
  public String key() {
    return ENTRY_PREFIX + name;
  }
}
