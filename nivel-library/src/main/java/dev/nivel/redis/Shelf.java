package dev.nivel.redis;

import dev.nivel.store.Dictionary;
import dev.nivel.store.DictionaryStore;
import dev.nivel.store.UnavailableException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where all nodes find the dictionaries of a scope: in Redis, beside the values, and for good in
 * L3. Safe for use by several threads.
 */
final class Shelf {
  private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);
  private static final int BUCKET = RedisKeys.DICTIONARIES_BUCKET;
  /** Redis may have some that L3 has forgotten, for values that are as old. */
  private static final int IN_REDIS_MAX = 2 * DictionaryStore.DICTIONARIES_MAX;

  private final String scope;
  private final byte[] key;
  private final RedisLink link;
  private volatile @Nullable DictionaryStore l3;

  Shelf(String scope, RedisLink link) {
    this.scope = scope;
    this.link = link;
    key = RedisKeys.dictionaries(scope);
  }

  /** Names L3's; before that, there is Redis alone. */
  void keepIn(DictionaryStore store) {
    l3 = store;
  }

  String scope() {
    return scope;
  }

  /**
   * Looks for a dictionary; one that only L3 has comes back to Redis.
   *
   * @return null if neither has it
   * @throws UnavailableException if one of them can't tell, and the other does not have it
   */
  @Nullable
  Dictionary find(int id) {
    @Nullable UnavailableException failure = null;
    try {
      @Nullable Dictionary found = findInRedis(id);
      if (found != null) {
        return found;
      }
    } catch (UnavailableException e) {
      failure = e;
    }
    @Nullable Dictionary kept = findInL3(id);
    if (kept == null && failure != null) {
      throw failure;
    }
    if (kept != null && failure == null) {
      putBack(kept);
    }
    return kept;
  }

  private @Nullable Dictionary findInRedis(int id) {
    byte @Nullable [] content = link.call("L2 read of a dictionary", BUCKET,
        home -> home.commands().hget(key, field(id)));
    if (content == null || content.length == 0 || content.length > Dictionary.BYTES_MAX) {
      return null;
    }
    Dictionary dictionary = new Dictionary(scope, content);
    return dictionary.id() == id ? dictionary : null; // else it is another's, or damaged
  }

  private @Nullable Dictionary findInL3(int id) {
    @Nullable DictionaryStore store = l3;
    try {
      return store == null ? null : store.find(scope, id).orElse(null);
    } catch (UnavailableException e) {
      throw UnavailableException.ofAnother("a value in Redis needs the dictionary "
          + Dictionary.name(id) + ", which L3 can't be asked for: " + e.getMessage(), e);
    }
  }

  private void putBack(Dictionary dictionary) {
    try {
      put(dictionary);
    } catch (UnavailableException e) {
      LOG.debug("{} could not be put back into Redis", dictionary, e);
    }
  }

  /** Sees to it that Redis has a dictionary. */
  void put(Dictionary dictionary) {
    link.call("L2 write of a dictionary", BUCKET,
        home -> home.commands().hset(key, field(dictionary.id()), dictionary.content()));
  }

  /** Sees to it that L3 has a dictionary, and then Redis; false if L3 does not take it. */
  boolean keep(Dictionary dictionary) {
    if (!l3().keep(dictionary)) {
      return false;
    }
    put(dictionary);
    return true;
  }

  /** The ids of those that L3 has, in the order in which they came. */
  List<Integer> ids() {
    return l3().ids(scope);
  }

  private DictionaryStore l3() {
    return Optional.ofNullable(l3)
        .orElseThrow(() -> new UnavailableException("nobody has said where dictionaries are kept"));
  }

  /** If Redis has very many, removes those that L3 does not have. */
  void tidy(List<Integer> ids) {
    List<byte[]> held = link.call("L2 read of dictionaries", BUCKET,
        home -> home.commands().hkeys(key));
    if (held.size() <= IN_REDIS_MAX) {
      return;
    }
    List<String> names = ids.stream().map(Dictionary::name).toList();
    byte[][] forgotten = held.stream()
        .filter(field -> !names.contains(RedisKeys.text(field)))
        .toArray(byte[][]::new);
    link.call("L2 removal of dictionaries", BUCKET, home -> home.commands().hdel(key, forgotten));
  }

  private static byte[] field(int id) {
    return RedisKeys.ascii(Dictionary.name(id));
  }
}
