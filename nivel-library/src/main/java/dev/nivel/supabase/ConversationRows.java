package dev.nivel.supabase;

import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.Item;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one conversation, as a cache wants it: all entries, the newest items within bounds,
 * and the idempotency keys that have not expired.
 */
final class ConversationRows {
  /** More than one use of a key in ten seconds, for a whole day. */
  private static final int KEYS_MAX = 10_000;

  private final Map<String, Entry> entries = new HashMap<>();
  private final List<Item> items = new ArrayList<>();
  private final Map<String, IdempotencyKey> keys = new HashMap<>();
  private Stamp erased = Stamp.NONE;
  private boolean hasOlderItems;

  /** Reads any number of conversations with one call, that is, as of one moment. */
  static Map<String, Contents> read(Functions functions, Collection<String> ids,
      ItemBounds bounds) {
    Map<String, ConversationRows> found = new HashMap<>();
    ids.forEach(id -> found.put(id, new ConversationRows()));
    Call call = new Call("L3 read of " + ids.size() + " conversations", "read_contents")
        .repeatable()
        .texts("p_conversations", sorted(found.keySet()))
        .number("p_items_max", bounds.itemsMax())
        .number("p_item_bytes_max", bounds.itemBytesMax())
        .number("p_keys_max", KEYS_MAX);
    functions.call(call, row -> asked(found, row.text("conversation_id")).add(row));
    Map<String, Contents> contents = new HashMap<>();
    found.forEach((id, rows) -> contents.put(id, rows.contents()));
    return contents;
  }

  /**
   * Nearly in the order of the indexes, by which PostgreSQL reads faster; where two chars make a
   * character it is another one, which does no harm.
   */
  private static List<String> sorted(Collection<String> ids) {
    return ids.stream().sorted().toList();
  }

  private static ConversationRows asked(Map<String, ConversationRows> found, String id) {
    @Nullable ConversationRows rows = found.get(id);
    if (rows == null) {
      throw Functions.malformed("a conversation that was not asked for", null);
    }
    return rows;
  }

  private ConversationRows add(Row row) {
    switch (row.text("kind")) {
      case "c" -> erased = row.stamp("stamp");
      case "e" -> {
        String name = row.text("name");
        entries.put(name, (Entry) row.field(Field.ENTRY_PREFIX + name, ""));
      }
      case "k" -> {
        String key = Field.KEY_PREFIX + row.text("name");
        keys.put(key, (IdempotencyKey) row.field(key, ""));
      }
      default -> addItems(row);
    }
    return this;
  }

  private void addItems(Row row) {
    if (!row.isNull("frame")) {
      new PackedItems(row).addTo(items);
      return;
    }
    @Nullable Value content = row.content("content_type", "value");
    if (content == null) {
      hasOlderItems = true;
    } else {
      items.add(new Item(row.stamp("stamp"), content));
    }
  }

  private Contents contents() {
    items.sort(Item.ORDER);
    Stamp from = hasOlderItems ? items.get(0).stamp() : Stamp.NONE;
    return new Contents(entries, items, true, from, erased, keys);
  }
}
