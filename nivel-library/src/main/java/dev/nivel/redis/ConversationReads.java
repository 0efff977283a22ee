package dev.nivel.redis;

import dev.nivel.redis.RedisLink.Request;
import dev.nivel.store.Contents;
import dev.nivel.store.CorruptException;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads whole conversations, each by one command, and several in one round trip. */
final class ConversationReads {
  private static final String OPERATION = "L2 read of a conversation";

  private final RedisLink link;
  private final FieldReader reader;
  private final Generations generations;

  ConversationReads(RedisLink link, FieldReader reader, Generations generations) {
    this.link = link;
    this.reader = reader;
    this.generations = generations;
  }

  /**
   * One.
   *
   * @throws CorruptException if a field is not what was stored; then it was dropped
   */
  Contents conversation(String conversation) {
    return contents(conversation, link.await(OPERATION, send(conversation)));
  }

  /** Several; of one that is damaged, nothing. */
  Map<String, Contents> conversations(Collection<String> conversations) {
    Map<String, Request<Map<byte[], byte[]>>> requests = new LinkedHashMap<>();
    conversations.forEach(conversation -> requests.put(conversation, send(conversation)));
    Map<String, Contents> contents = new HashMap<>();
    requests.forEach((conversation, request) -> {
      Map<byte[], byte[]> found = link.awaitNext(OPERATION, request);
      try {
        contents.put(conversation, contents(conversation, found));
      } catch (CorruptException e) {
        contents.remove(conversation); // counted and logged by the reader
      }
    });
    return contents;
  }

  private Request<Map<byte[], byte[]>> send(String conversation) {
    int bucket = RedisKeys.bucket(conversation);
    byte[] hash = RedisKeys.hash(bucket, RedisKeys.encode(conversation));
    return link.send(bucket, home -> home.commands().hgetall(hash));
  }

  private Contents contents(String conversation, Map<byte[], byte[]> found) {
    Head head = Head.parse(null);
    Map<String, Entry> entries = new HashMap<>();
    List<Item> items = new ArrayList<>();
    @Nullable CorruptException damage = null;
    for (Map.Entry<byte[], byte[]> pair : found.entrySet()) {
      String key = RedisKeys.text(pair.getKey());
      if (key.equals("h")) {
        head = Head.parse(pair.getValue());
      }
      if (key.equals("h") || key.startsWith(Field.KEY_PREFIX)) {
        continue;
      }
      try {
        Field field = reader.decode(conversation, key, pair.getValue());
        if (field instanceof Entry entry) {
          entries.put(entry.name(), entry);
        } else if (field instanceof Item item) {
          items.add(item);
        }
      } catch (CorruptException e) {
        damage = e;
      }
    }
    if (damage != null) {
      throw damage;
    }
    items.sort(Item.ORDER);
    boolean isComplete = head.isComplete()
        && head.isOf(generations.of(RedisKeys.bucket(conversation)));
    Stamp from = head.itemsFrom();
    if (isComplete) { // an older one would leave a gap behind it
      items.removeIf(item -> from.isNewerThan(item.stamp()));
    }
    return new Contents(entries, items, isComplete, from, head.erased());
  }
}
