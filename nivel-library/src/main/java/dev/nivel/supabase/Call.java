package dev.nivel.supabase;

import dev.nivel.store.Field;
import dev.nivel.store.Value;
import dev.nivel.store.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A call of a function of the schema {@code nivel}, with its arguments by name. For use by one
 * thread.
 */
final class Call {
  /** What an argument is; those of the second line are lists. */
  enum Type {
    TEXT, BIGINT, BOOLEAN, TEXTS, BIGINTS, BYTEAS
  }

  /**
   * An argument.
   *
   * @param value a String, Long, Boolean or null, or a list of them or of byte arrays
   */
  record Argument(Type type, @Nullable Object value) {
    /** The elements of a list. */
    List<?> list() {
      return (List<?>) Objects.requireNonNull(value);
    }
  }

  private final String operation;
  private final String function;
  private final Map<String, Argument> arguments = new LinkedHashMap<>();

  /**
   * A call that has no arguments yet.
   *
   * @param operation what it is for, in messages
   */
  Call(String operation, String function) {
    this.operation = operation;
    this.function = function;
  }

  String operation() {
    return operation;
  }

  String function() {
    return function;
  }

  /** The arguments by name, in the order in which they were given. */
  Map<String, Argument> arguments() {
    return arguments;
  }

  private Call with(String name, Type type, @Nullable Object value) {
    arguments.put(name, new Argument(type, value));
    return this;
  }

  Call text(String name, String value) {
    return with(name, Type.TEXT, value);
  }

  Call number(String name, long value) {
    return with(name, Type.BIGINT, value);
  }

  Call number(String name, OptionalLong value) {
    return with(name, Type.BIGINT, value.isPresent() ? value.getAsLong() : null);
  }

  Call flag(String name, boolean value) {
    return with(name, Type.BOOLEAN, value);
  }

  Call texts(String name, Collection<String> values) {
    return with(name, Type.TEXTS, List.copyOf(values));
  }

  Call numbers(String name, Collection<Long> values) {
    return with(name, Type.BIGINTS, List.copyOf(values));
  }

  Call bytes(String name, Collection<byte[]> values) {
    return with(name, Type.BYTEAS, List.copyOf(values));
  }

  /** The conversations of writes, as {@code p_conversations}. */
  Call conversations(Collection<Write> writes) {
    return texts("p_conversations", writes.stream().map(Write::conversation).toList());
  }

  /** The keys and stamps of fields, as {@code p_fields} and {@code p_stamps}. */
  Call keysAndStamps(Collection<Field> fields) {
    return texts("p_fields", fields.stream().map(Field::key).toList()).stamps(fields);
  }

  private Call stamps(Collection<Field> fields) {
    return numbers("p_stamps", fields.stream().map(field -> field.stamp().bits()).toList());
  }

  /** Fields, as {@code p_fields}, {@code p_stamps} and so on, an element each. */
  Call fields(Collection<Field> fields) {
    List<@Nullable Long> expires = new ArrayList<>();
    for (Field field : fields) {
      expires.add(field.expiresAtMillis() == 0 ? null : field.expiresAtMillis());
    }
    return keysAndStamps(fields).contents(fields).with("p_expires", Type.BIGINTS, expires);
  }

  /** Items, as {@link #fields}, but for what all items have in common. */
  Call items(Collection<Field> items) {
    return stamps(items).contents(items);
  }

  private Call contents(Collection<Field> fields) {
    List<@Nullable String> contentTypes = new ArrayList<>();
    List<byte @Nullable []> values = new ArrayList<>();
    for (Field field : fields) {
      @Nullable Value content = field.content();
      contentTypes.add(content == null ? null : content.contentType());
      values.add(content == null ? null : content.bytes());
    }
    return with("p_content_types", Type.TEXTS, contentTypes)
        .with("p_values", Type.BYTEAS, values);
  }
}
