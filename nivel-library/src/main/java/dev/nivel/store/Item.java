package dev.nivel.store;

import java.util.Comparator;

/**
 * An immutable part of a conversation's log, for instance a turn. Its stamp is its id; ids order
 * the log.
 *
 * @param stamp the id
 * @param value the content
 */
public record Item(Stamp stamp, Value value) implements Field {
  /** The order of the log. */
  public static final Comparator<Item> ORDER = Comparator.comparing(Item::stamp);

  @Override
  public String key() {
    return ITEM_PREFIX + stamp;
  }

  @Override
  public Value content() {
    return value;
  }

  @Override
  public long expiresAtMillis() {
    return 0;
  }
}
