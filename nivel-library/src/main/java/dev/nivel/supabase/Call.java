package dev.nivel.supabase;

import dev.nivel.store.Field;
import dev.nivel.store.Value;
import dev.nivel.store.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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

  /** The first and the last stamp of a conversation. */
  private record Span(long first, long last) {
    Span with(Span other) {
      return new Span(Math.min(first, other.first), Math.max(last, other.last));
    }
  }

  private final String operation;
  private final String function;
  private final Map<String, Argument> arguments = new LinkedHashMap<>();
  private boolean isRepeatable;

  /**
   * A call that has no arguments yet.
   *
   * @param operation what it is for, in messages
   */
  Call(String operation, String function) {
    this.operation = operation;
    this.function = function;
  }

  /** Says that it may be made once more if its connection is lost: it changes nothing. */
  Call repeatable() {
    isRepeatable = true;
    return this;
  }

  /** Whether it may be made once more if its connection was lost. */
  boolean isRepeatable() {
    return isRepeatable;
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
    List<String> conversations = new ArrayList<>(writes.size());
    for (Write write : writes) {
      conversations.add(write.conversation());
    }
    return with("p_conversations", Type.TEXTS, conversations);
  }

  /**
   * What {@code store_items} locks, and in which order: each conversation of the writes once, with
   * its first and its last stamp, and the oldest stamp of all.
   */
  Call spans(Collection<Write> writes) {
    Map<String, Span> spans = new HashMap<>();
    long oldest = Long.MAX_VALUE;
    for (Write write : writes) {
      long stamp = write.stamp().bits();
      oldest = Math.min(oldest, stamp);
      spans.merge(write.conversation(), new Span(stamp, stamp), Span::with);
    }
    List<String> conversations = new ArrayList<>(spans.keySet());
    conversations.sort(Call::compareAsC);
    List<Long> firsts = new ArrayList<>(spans.size());
    List<Long> lasts = new ArrayList<>(spans.size());
    for (String conversation : conversations) {
      Span span = Objects.requireNonNull(spans.get(conversation));
      firsts.add(span.first());
      lasts.add(span.last());
    }
    return with("p_distinct", Type.TEXTS, conversations).with("p_firsts", Type.BIGINTS, firsts)
        .with("p_lasts", Type.BIGINTS, lasts)
        .number("p_oldest", oldest);
  }

  /** As the collation "C": by bytes of UTF-8, in which what has two chars comes last. */
  private static int compareAsC(String one, String other) {
    for (int i = 0; i < Math.min(one.length(), other.length()); i++) {
      char of = one.charAt(i);
      char to = other.charAt(i);
      if (of != to) {
        int surrogates = Boolean.compare(Character.isSurrogate(of), Character.isSurrogate(to));
        return surrogates != 0 ? surrogates : of - to;
      }
    }
    return one.length() - other.length();
  }

  /** The keys and stamps of fields, as {@code p_fields} and {@code p_stamps}. */
  Call keysAndStamps(Collection<Field> fields) {
    return texts("p_fields", fields.stream().map(Field::key).toList()).stamps(fields);
  }

  private Call stamps(Collection<Field> fields) {
    List<Long> stamps = new ArrayList<>(fields.size());
    for (Field field : fields) {
      stamps.add(field.stamp().bits());
    }
    return with("p_stamps", Type.BIGINTS, stamps);
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
    List<@Nullable String> contentTypes = new ArrayList<>(fields.size());
    List<byte @Nullable []> values = new ArrayList<>(fields.size());
    for (Field field : fields) {
      @Nullable Value content = field.content();
      contentTypes.add(content == null ? null : content.contentType());
      values.add(content == null ? null : content.bytes());
    }
    return with("p_content_types", Type.TEXTS, contentTypes)
        .with("p_values", Type.BYTEAS, values);
  }
}
