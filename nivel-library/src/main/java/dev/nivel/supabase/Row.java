package dev.nivel.supabase;

import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Value;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row that a function has returned. What is not what the function should return is no answer.
 *
 * @param columns by name: a String, a Number, a Boolean, a byte array, a list of Numbers, or null;
 *     over REST bytes are text: {@code \x} and hexadecimal digits
 */
record Row(Map<String, @Nullable Object> columns) {
  private static final String HEX_PREFIX = "\\x";

  private <T> @Nullable T find(String column, Class<T> type) {
    @Nullable Object value = columns.get(column);
    if (value != null && !type.isInstance(value)) {
      throw malformed(column);
    }
    return type.cast(value);
  }

  private <T> T value(String column, Class<T> type) {
    @Nullable T value = find(column, type);
    if (value == null) {
      throw malformed(column);
    }
    return value;
  }

  private static UnavailableException malformed(String column) {
    return Functions.malformed("column " + column, null);
  }

  boolean isNull(String column) {
    if (!columns.containsKey(column)) {
      throw malformed(column);
    }
    return columns.get(column) == null;
  }

  String text(String column) {
    return value(column, String.class);
  }

  boolean flag(String column) {
    return value(column, Boolean.class);
  }

  long number(String column) {
    return value(column, Number.class).longValue();
  }

  int smallNumber(String column) {
    return Math.toIntExact(number(column));
  }

  Stamp stamp(String column) {
    return new Stamp(number(column));
  }

  /** A list of numbers. */
  List<Long> numbers(String column) {
    List<Long> numbers = new ArrayList<>();
    for (Object number : value(column, List.class)) {
      if (!(number instanceof Number value)) {
        throw malformed(column);
      }
      numbers.add(value.longValue());
    }
    return numbers;
  }

  byte[] bytes(String column) {
    Object value = value(column, Object.class);
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    if (value instanceof String text && text.startsWith(HEX_PREFIX)) {
      try {
        return HexFormat.of().parseHex(text, HEX_PREFIX.length(), text.length());
      } catch (IllegalArgumentException e) {
        throw malformed(column);
      }
    }
    throw malformed(column);
  }

  /** The content in two columns; null in a tombstone. */
  @Nullable
  Value content(String typeColumn, String valueColumn) {
    return isNull(typeColumn) || isNull(valueColumn) ? null
        : Value.of(bytes(valueColumn), text(typeColumn));
  }

  /** The field in the columns stamp, content_type, value and expires, behind a prefix. */
  Field field(String key, String prefix) {
    String expires = prefix + "expires";
    return Field.of(key, stamp(prefix + "stamp"),
        content(prefix + "content_type", prefix + "value"),
        isNull(expires) ? 0 : number(expires));
  }
}
