package dev.nivel.supabase;

import dev.nivel.store.Item;
import dev.nivel.store.RejectedException;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Items of a log from a stamp on, in as many calls as their lengths demand. */
final class ItemRows {
  private final Functions functions;

  /**
   * Which way the log is read.
   *
   * @param function gives items in the order in which they are met
   * @param bound what its stamp to begin at, exclusive, is called
   */
  private record Direction(String function, String bound) {}

  private static final Direction BACK = new Direction("read_items_before", "p_before");
  private static final Direction ON = new Direction("read_items_after", "p_after");

  ItemRows(Functions functions) {
    this.functions = functions;
  }

  /** The newest items before a stamp, in the order of the log. */
  List<Item> before(String conversation, long stamp, int limit) {
    List<Item> items = new ArrayList<>(read(BACK, conversation, stamp, limit));
    Collections.reverse(items);
    return items;
  }

  /** The oldest items after a stamp, in the order of the log. */
  List<Item> after(String conversation, Stamp stamp, int limit) {
    return read(ON, conversation, stamp.bits(), limit);
  }

  private List<Item> read(Direction direction, String conversation, long bound, int limit) {
    Call call = new Call("L3 read of items", direction.function())
        .text("p_conversation", conversation)
        .number(direction.bound(), bound)
        .number("p_limit", limit);
    try {
      return functions.call(call, ItemRows::item);
    } catch (RejectedException e) {
      if (e.reason() != RejectedException.Reason.TOO_LARGE || limit < 2) {
        throw e;
      }
    }
    int half = limit / 2;
    List<Item> items = new ArrayList<>(read(direction, conversation, bound, half));
    if (items.size() == half) {
      long met = items.get(half - 1).stamp().bits();
      items.addAll(read(direction, conversation, met, limit - half));
    }
    return items;
  }

  private static Item item(Row row) {
    @Nullable Value content = row.content("content_type", "value");
    if (content == null) {
      throw Functions.malformed("an item without a value", null);
    }
    return new Item(row.stamp("stamp"), content);
  }
}
