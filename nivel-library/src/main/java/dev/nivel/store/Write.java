package dev.nivel.store;

import java.util.Comparator;

/**
 * A field of a conversation on its way to a store.
 *
 * @param conversation the id
 * @param field what is to be stored
 */
public record Write(String conversation, Field field) {
  /**
   * By conversation, then key: the order in which rows are locked, so that nodes can't deadlock.
   */
  public static final Comparator<Write> ORDER = Comparator.comparing(Write::conversation)
      .thenComparing(Write::key);

  /** The field's key. */
  public String key() {
    return field.key();
  }

  /** The same, with a value that never holds its bytes deflated as well ({@link Value#plain}). */
  public Write plain() {
    return field instanceof Entry entry && entry.content() != null
        ? new Write(conversation, entry.with(entry.value().plain()))
        : this;
  }

  /** The field's version. */
  public Stamp stamp() {
    return field.stamp();
  }
}
