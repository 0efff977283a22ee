package dev.nivel.supabase;

import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Items of a log from a stamp on, in pages as long as their bytes allow. */
final class ItemRows {
  /** How long a page may be, unless its first item alone is longer. */
  private static final int PAGE_BYTES_MAX = 8 << 20;

  private final Functions functions;

  /**
   * Which way the log is read.
   *
   * @param function gives items in the order in which they are met
   * @param bound what its stamp to begin at, exclusive, is called
   */
  private record Direction(String function, String bound) {}

  private static final Direction BACK = new Direction("read_page_before", "p_before");
  private static final Direction ON = new Direction("read_page_after", "p_after");

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

  /** Pages until one has come with all values. */
  private List<Item> read(Direction direction, String conversation, long bound, int limit) {
    List<Item> items = new ArrayList<>();
    long met = bound;
    while (true) {
      List<Optional<Item>> page = page(direction, conversation, met, limit - items.size());
      page.stream().flatMap(Optional::stream).forEach(items::add);
      if (page.stream().allMatch(Optional::isPresent)) {
        return items;
      }
      if (page.get(0).isEmpty()) {
        throw Functions.malformed("a page without its first item", null);
      }
      met = items.get(items.size() - 1).stamp().bits();
    }
  }

  private List<Optional<Item>> page(
      Direction direction, String conversation, long met, int limit) {
    Call call = new Call("L3 read of items", direction.function()).repeatable()
        .text("p_conversation", conversation)
        .number(direction.bound(), met)
        .number("p_limit", limit)
        .number("p_bytes_max", PAGE_BYTES_MAX);
    return functions.call(call, row -> Optional.ofNullable(row.content("content_type", "value"))
        .map(content -> new Item(row.stamp("stamp"), content)));
  }
}
