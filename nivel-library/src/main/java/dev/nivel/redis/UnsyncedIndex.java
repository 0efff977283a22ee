package dev.nivel.redis;

import dev.nivel.redis.RedisLink.Request;
import dev.nivel.store.CorruptException;
import dev.nivel.store.Field;
import dev.nivel.store.Time;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The index of unsynced fields: who is in it, and with which values. */
final class UnsyncedIndex {
  /** A call for many fields takes no more than this share of them from one bucket. */
  private static final int BUCKET_SHARE = 8;
  private static final byte[] NO_STAMP = RedisKeys.ascii("0");
  private static final byte[] NO_BOUND = RedisKeys.ascii("9007199254740991");

  private static final Logger LOG = LoggerFactory.getLogger(UnsyncedIndex.class);

  private final RedisLink link;
  private final Time time;
  private final ScriptRunner scripts;
  private final FieldReader reader;

  UnsyncedIndex(RedisLink link, Time time, ScriptRunner scripts, FieldReader reader) {
    this.link = link;
    this.time = time;
    this.scripts = scripts;
    this.reader = reader;
  }

  /** The oldest fields that have been unsynced for some time, by conversation. */
  Map<String, List<Field>> oldest(Duration minAge, int limit) {
    long newestMillis = time.millis() - minAge.toMillis();
    Limit perBucket = Limit.from(limit / BUCKET_SHARE + 1);
    List<Request<List<ScoredValue<byte[]>>>> requests = new ArrayList<>();
    for (int bucket = 0; bucket < RedisKeys.BUCKETS; bucket++) {
      byte[] index = RedisKeys.unsynced(bucket);
      requests.add(link.send(bucket, home -> home.commands()
          .zrangebyscoreWithScores(index,
              upTo(newestMillis + home.master().clock().offsetMillis()), perBucket)));
    }
    List<ScoredValue<byte[]>> members = new ArrayList<>();
    for (Request<List<ScoredValue<byte[]>>> request : requests) {
      members.addAll(link.await("L2 read of the unsynced index", request));
    }
    members.sort(Comparator.comparingDouble(ScoredValue::getScore));
    Map<String, List<String>> keys = new LinkedHashMap<>();
    members.stream().limit(limit).forEach(member -> add(keys, RedisKeys.text(member.getValue())));
    return read(keys);
  }

  private static Range<Long> upTo(long millis) {
    return Range.from(Range.Boundary.unbounded(), Range.Boundary.including(millis));
  }

  /** Adds a member: the encoded conversation, a space, the key. */
  private static void add(Map<String, List<String>> keys, String member) {
    int space = member.indexOf(' ');
    try {
      String conversation = RedisKeys.decode(member.substring(0, Math.max(0, space)));
      if (!conversation.isEmpty()) {
        keys.computeIfAbsent(conversation, id -> new ArrayList<>())
            .add(member.substring(space + 1));
      }
    } catch (CorruptException e) {
      LOG.error("The unsynced index holds something that is not Nivel's: {}", e.getMessage());
    }
  }

  private Map<String, List<Field>> read(Map<String, List<String>> keys) {
    Map<String, Request<List<KeyValue<byte[], byte[]>>>> requests = new LinkedHashMap<>();
    keys.forEach((conversation, of) -> {
      byte[][] names = of.stream().map(RedisKeys::utf8).toArray(byte[][]::new);
      requests.put(conversation, link.send(RedisKeys.bucket(conversation),
          home -> home.commands().hmget(hash(conversation), names)));
    });
    Map<String, List<Field>> fields = new LinkedHashMap<>();
    requests.forEach((conversation, request) -> {
      List<KeyValue<byte[], byte[]>> pairs = link.await("L2 read of unsynced fields", request);
      ScriptReply.requireSize(keys.getOrDefault(conversation, List.of()).size(), pairs,
          "read of unsynced fields");
      List<Field> found = decode(conversation, pairs);
      if (!found.isEmpty()) {
        fields.put(conversation, found);
      }
    });
    return fields;
  }

  /** All unsynced fields of one conversation. */
  List<Field> of(String conversation) {
    int bucket = RedisKeys.bucket(conversation);
    List<byte[]> keys = link.call("L2 read of keys", bucket,
        home -> home.commands().hkeys(hash(conversation)));
    keys.removeIf(key -> RedisKeys.text(key).equals("h"));
    if (keys.isEmpty()) {
      return List.of();
    }
    String prefix = RedisKeys.encode(conversation) + " ";
    byte[][] members = keys.stream()
        .map(key -> RedisKeys.utf8(prefix + RedisKeys.text(key)))
        .toArray(byte[][]::new);
    List<? extends @Nullable Double> scores = link.call("L2 read of the unsynced index", bucket,
        home -> home.commands().zmscore(RedisKeys.unsynced(bucket), members));
    ScriptReply.requireSize(members.length, scores, "read of the unsynced index");
    List<String> unsynced = new ArrayList<>();
    for (int i = 0; i < members.length; i++) {
      if (scores.get(i) != null) {
        unsynced.add(RedisKeys.text(keys.get(i)));
      }
    }
    return unsynced.isEmpty() ? List.of()
        : read(Map.of(conversation, unsynced)).getOrDefault(conversation, List.of());
  }

  private List<Field> decode(String conversation, List<KeyValue<byte[], byte[]>> found) {
    List<Field> fields = new ArrayList<>();
    for (KeyValue<byte[], byte[]> pair : found) {
      if (!pair.hasValue()) { // a write that ran out of memory between index and value
        scripts.run(Script.SETTLE, conversation,
            List.of(NO_BOUND, NO_BOUND, pair.getKey(), NO_STAMP));
        continue;
      }
      try {
        fields.add(reader.decode(conversation, RedisKeys.text(pair.getKey()), pair.getValue()));
      } catch (CorruptException e) {
        LOG.debug("An unsynced field is damaged; whoever acknowledged it has it", e);
      }
    }
    return fields;
  }

  private static byte[] hash(String conversation) {
    return RedisKeys.hash(RedisKeys.bucket(conversation), RedisKeys.encode(conversation));
  }
}
