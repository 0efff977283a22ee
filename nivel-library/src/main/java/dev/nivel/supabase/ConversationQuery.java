package dev.nivel.supabase;

import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.Item;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads conversations as a cache wants them: all entries, the newest items within bounds, and the
 * idempotency keys that have not expired, of any number of conversations in one statement, that is,
 * as of one moment.
 */
final class ConversationQuery {
  private static final String SQL = """
      select 'c', conversation_id, null, erase_stamp, null, null::bytea, null
      from nivel.conversations where conversation_id = any(?)
      union all
      select 'e', conversation_id, name, stamp, content_type, value,
        (extract(epoch from expires_at) * 1000)::bigint
      from nivel.entries where conversation_id = any(?)
      union all
      select 'i', q.id, null, n.stamp, n.content_type, case when n.fits then n.value end, null
      from unnest(?) as q (id) cross join lateral (
        select i.stamp, i.content_type, i.value, row_number() over newest = 1
          or row_number() over newest <= ? and sum(octet_length(i.value)) over newest <= ? as fits
        from nivel.items i where i.conversation_id = q.id
        window newest as (order by i.stamp desc)
        order by i.stamp desc limit ?) as n
      union all
      select 'k', q.id, k.key_hash, k.stamp, k.content_type, k.value,
        (extract(epoch from k.expires_at) * 1000)::bigint
      from unnest(?) as q (id) cross join lateral (
        select * from nivel.idempotency i
        where i.conversation_id = q.id and i.expires_at > now()
        order by i.stamp desc limit ?) as k""";

  /** More than one use of a key in ten seconds, for a whole day. */
  private static final int KEYS_MAX = 10_000;

  private final ItemBounds bounds;

  ConversationQuery(ItemBounds bounds) {
    this.bounds = bounds;
  }

  Map<String, Contents> run(Pool pool, Collection<String> ids) {
    Map<String, Rows> found = new HashMap<>();
    ids.forEach(id -> found.put(id, new Rows()));
    pool.query("L3 read of " + ids.size() + " conversations", SQL,
        statement -> bind(statement, ids),
        row -> found.computeIfAbsent(row.getString(2), id -> new Rows()).add(row));
    Map<String, Contents> contents = new HashMap<>();
    found.forEach((id, rows) -> contents.put(id, rows.contents()));
    return contents;
  }

  private void bind(PreparedStatement statement, Collection<String> ids) throws SQLException {
    Array array = statement.getConnection().createArrayOf("text", ids.toArray());
    for (int index = 1; index <= 3; index++) {
      statement.setArray(index, array);
    }
    statement.setInt(4, bounds.itemsMax());
    statement.setLong(5, bounds.itemBytesMax());
    statement.setInt(6, bounds.itemsMax() + 1);
    statement.setArray(7, array);
    statement.setInt(8, KEYS_MAX);
  }

  /** The rows of one conversation. */
  private static final class Rows {
    private final Map<String, Entry> entries = new HashMap<>();
    private final List<Item> items = new ArrayList<>();
    private final Map<String, IdempotencyKey> keys = new HashMap<>();
    private Stamp erased = Stamp.NONE;
    private boolean hasOlderItems;

    Rows add(ResultSet row) throws SQLException {
      switch (row.getString(1)) {
        case "c" -> erased = new Stamp(row.getLong(4));
        case "e" -> {
          String name = row.getString(3);
          entries.put(name, (Entry) FieldArrays.field(Field.ENTRY_PREFIX + name, row, 4));
        }
        case "k" -> {
          String key = Field.KEY_PREFIX + row.getString(3);
          keys.put(key, (IdempotencyKey) FieldArrays.field(key, row, 4));
        }
        default -> addItem(new Stamp(row.getLong(4)), FieldArrays.content(row, 5));
      }
      return this;
    }

    private void addItem(Stamp stamp, @Nullable Value content) {
      if (content == null) {
        hasOlderItems = true;
      } else {
        items.add(new Item(stamp, content));
      }
    }

    Contents contents() {
      items.sort(Item.ORDER);
      Stamp from = hasOlderItems ? items.get(0).stamp() : Stamp.NONE;
      return new Contents(entries, items, true, from, erased, keys);
    }
  }
}
