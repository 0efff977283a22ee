package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Item;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.Value;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The first level by itself, which the library's users can't reach: to measure what fills it. */
@NullMarked
public final class BareL1 {
  private static final Stamp STAMP = Stamp.at(Time.SYSTEM.millis(), 1);

  private final L1 l1;

  /**
   * An empty one.
   *
   * @param capacity how many conversations
   */
  public BareL1(int capacity, Duration ttl) {
    l1 = new L1(new L1.Settings(capacity, Long.MAX_VALUE, ttl, ItemBounds.DEFAULT),
        new CoarseClock(Time.SYSTEM));
  }

  /** Takes in a conversation of one entry, as if a lower level had been read. */
  public void install(String conversation, String name, Value value) {
    Entry entry = new Entry(name, STAMP, value, 0);
    List<Item> items = List.of();
    l1.install(conversation, new Contents(Map.of(name, entry), items, true, Stamp.NONE, Stamp.NONE),
        l1.ticket(conversation));
  }

  /** The value; null if it is not there. */
  public @Nullable Entry get(String conversation, String name) {
    @Nullable Answer answer = l1.entry(conversation, name);
    return answer == null ? null : answer.entry().orElse(null);
  }
}
