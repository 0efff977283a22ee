package dev.nivel.redis;

import dev.nivel.store.CompressionCounts;
import dev.nivel.store.Condition;
import dev.nivel.store.Contents;
import dev.nivel.store.CorruptException;
import dev.nivel.store.DictionaryStore;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.L2;
import dev.nivel.store.Lookup;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import dev.nivel.store.Write;
import dev.nivel.store.WriteReply;
import io.lettuce.core.KeyValue;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * L2 in Redis 6.2 or newer. Reads are plain commands; everything that changes a conversation is a
 * script, so that values, the index of unsynced fields and the head change together.
 */
public final class RedisL2 implements L2 {
  private static final Logger LOG = LoggerFactory.getLogger(RedisL2.class);
  private static final byte[] NO = RedisKeys.ascii("0");
  private static final byte[] YES = RedisKeys.ascii("1");
  private static final byte[] NO_CONDITION = {};
  /** Who shares dictionaries: all whose values are not encrypted. */
  private static final String SCOPE = "plain";

  private final Connector connector;
  private final RedisLink link;
  private final Generations generations;
  private final ScriptRunner scripts;
  private final FieldReader reader;
  private final ConversationReads reads;
  private final Fills fills;
  private final UnsyncedIndex index;
  private final RedisHealth health;
  private final Compression compression;
  private final Shelf shelf;
  private final boolean isLearning;
  private final Learning learning;
  private final Envelope envelope;
  private final byte[] itemsMax;
  private final byte[] itemBytesMax;

  private RedisL2(RedisSettings settings, Time time, IntSupplier node) {
    connector = new Connector(settings);
    generations = new Generations(connector);
    link = new RedisLink(connector, generations, time);
    scripts = new ScriptRunner(link, generations, time,
        new ScriptRunner.Caller(node, settings.timeout(), settings.ttl()));
    shelf = new Shelf(SCOPE, link);
    Presets presets = new Presets(shelf::find);
    compression = new Compression(settings.compression().thresholdBytes(), presets);
    isLearning = settings.compression().isLearning();
    learning = new Learning(shelf, presets, compression);
    generations.onNew(presets::suspend);
    envelope = new Envelope(compression, settings.valueBytesMax());
    reader = new FieldReader(envelope, scripts);
    index = new UnsyncedIndex(link, time, scripts, reader);
    health = new RedisHealth(connector, link, generations, time);
    reads = new ConversationReads(link, reader, generations);
    itemsMax = RedisKeys.ascii(Integer.toString(settings.bounds().itemsMax()));
    itemBytesMax = RedisKeys.ascii(Long.toString(settings.bounds().itemBytesMax()));
    fills = new Fills(link, scripts, envelope, List.of(itemsMax, itemBytesMax));
  }

  /**
   * Sets everything up but connects to nothing: {@link #probe} does.
   *
   * @param node tells this node's number
   */
  public static RedisL2 open(RedisSettings settings, Time time, IntSupplier node) {
    return new RedisL2(settings, time, node);
  }

  @Override
  public Lookup entry(String conversation, String name) {
    String key = Field.ENTRY_PREFIX + name;
    int bucket = RedisKeys.bucket(conversation);
    byte[] hash = RedisKeys.hash(bucket, RedisKeys.encode(conversation));
    List<KeyValue<byte[], byte[]>> found = link.call("L2 read", bucket,
        home -> home.commands().hmget(hash, Head.FIELD, RedisKeys.utf8(key)));
    ScriptReply.requireSize(2, found, "read");
    Head head = Head.parse(found.get(0).getValueOrElse(null));
    boolean isCurrent = head.isOf(generations.of(bucket));
    byte @Nullable [] bytes = found.get(1).getValueOrElse(null);
    if (bytes == null) {
      return new Lookup(null, isCurrent && head.isComplete());
    }
    return new Lookup((Entry) reader.decode(conversation, key, bytes), isCurrent);
  }

  @Override
  public Contents conversation(String conversation) {
    return reads.conversation(conversation);
  }

  @Override
  public Map<String, Contents> conversations(Collection<String> conversations) {
    return reads.conversations(conversations);
  }

  @Override
  public WriteReply write(String conversation, List<Field> fields, Condition condition) {
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(condition.isSome() ? stamp(condition.stamp()) : NO_CONDITION);
    envelope.add(arguments, conversation, fields);
    long erasures = learning.erasures();
    ScriptReply reply = scripts.run(Script.WRITE, conversation, arguments);
    return switch (reply.status()) {
      case "STORED", "REPLACED" -> {
        observe(conversation, fields, erasures);
        yield WriteReply.accepted(reply.status().equals("REPLACED"));
      }
      case "REFUSED" -> WriteReply.refused(reply.stamp(1));
      case "SAME" -> same(conversation, fields, reply);
      case "CONDITION" -> WriteReply.conditionFailed(reply.stamp(1));
      case "UNKNOWN" -> WriteReply.unknown();
      case "REPEATED" -> repeated(conversation, fields.get(0).key(), reply.bytes(1));
      case "AHEAD" -> ahead(conversation, reply.stamp(1));
      default -> throw reply.misshapen();
    };
  }

  /** A write whose fields are held under their stamps, in other bytes: compression is adaptive. */
  private WriteReply same(String conversation, List<Field> fields, ScriptReply reply) {
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      byte[] held = reply.bytes(i + 2);
      if (!isStored(conversation, field, held)) {
        return WriteReply.refused(reply.stamp(1));
      }
    }
    return WriteReply.accepted(false);
  }

  private boolean isStored(String conversation, Field field, byte[] held) {
    try {
      return field.equals(reader.decode(conversation, field.key(), held));
    } catch (CorruptException e) {
      return false;
    } catch (UnavailableException e) { // of its dictionary; something is held under this stamp
      throw new UnavailableException(String.valueOf(e.getMessage()), Outcome.UNKNOWN, e);
    }
  }

  /** A key whose bytes are not what was stored is dropped, so that L3 must be asked for it. */
  private WriteReply repeated(String conversation, String key, byte[] bytes) {
    try {
      return WriteReply.repeated((IdempotencyKey) reader.decode(conversation, key, bytes));
    } catch (CorruptException e) {
      return WriteReply.unknown();
    }
  }

  /** Redis is well; what is wrong is this machine's clock, or what is known of Redis's. */
  private WriteReply ahead(String conversation, Stamp newest) {
    LOG.warn("Redis refused a stamp over 60 s ahead of its clock; the clock is measured anew");
    try {
      scripts.measureClock(conversation);
    } catch (UnavailableException e) {
      LOG.debug("Redis's clock could not be measured; the next heartbeat does", e);
    }
    return WriteReply.ahead(newest);
  }

  @Override
  public Optional<String> beginFill(String conversation) {
    return Optional.ofNullable(fills.begin(List.of(conversation)).get(conversation));
  }

  @Override
  public Map<String, String> beginFills(Collection<String> conversations) {
    return fills.begin(conversations);
  }

  @Override
  public Look look(Collection<String> conversations) {
    Fills.Asked asked = fills.ask(conversations);
    return new Look(reads.conversations(conversations), fills.tokens(asked));
  }

  @Override
  public String takeFill(String conversation) {
    return fills.take(conversation);
  }

  @Override
  public void endFill(String conversation, String token) {
    fills.end(Map.of(conversation, token));
  }

  @Override
  public void endFills(Map<String, String> tokens) {
    fills.end(tokens);
  }

  @Override
  public boolean fill(String conversation, Contents contents, String token) {
    return fills.fill(Map.of(conversation, contents), Map.of(conversation, token)) == 1;
  }

  @Override
  public void fill(Map<String, Contents> contents, Map<String, String> tokens) {
    fills.fill(contents, tokens);
  }

  @Override
  public Supplier<List<Write>> beginSettle(Collection<Write> committed) {
    Map<String, Map<String, Write>> byConversation = committed.stream()
        .collect(
            Collectors.groupingBy(Write::conversation, LinkedHashMap::new,
                Collectors.toMap(Write::key, Function.identity())));
    List<ScriptRunner.Call> calls = new ArrayList<>();
    byConversation.forEach((conversation, writes) -> {
      List<byte[]> arguments = new ArrayList<>(List.of(itemsMax, itemBytesMax));
      writes.forEach((key, write) -> {
        arguments.add(RedisKeys.utf8(key));
        arguments.add(stamp(write.stamp()));
      });
      calls.add(scripts.send(Script.SETTLE, conversation, arguments));
    });
    return () -> behind(calls, byConversation);
  }

  private List<Write> behind(List<ScriptRunner.Call> calls,
      Map<String, Map<String, Write>> byConversation) {
    List<Write> behind = new ArrayList<>();
    for (ScriptRunner.Call call : calls) {
      ScriptReply reply = scripts.await(call);
      Map<String, Write> writes = byConversation.getOrDefault(call.conversation(), Map.of());
      for (int i = 1; i <= reply.size(); i++) {
        @Nullable Write write = writes.get(reply.text(i));
        if (write == null) {
          throw reply.misshapen();
        }
        behind.add(write);
      }
    }
    return behind;
  }

  @Override
  public void heal(Collection<Write> writes, boolean isUnsynced) {
    Map<String, List<Field>> byConversation = writes.stream()
        .collect(
            Collectors.groupingBy(Write::conversation, LinkedHashMap::new,
                Collectors.mapping(Write::field, Collectors.toList())));
    List<ScriptRunner.Call> calls = new ArrayList<>();
    byConversation.forEach((conversation, fields) -> {
      List<byte[]> arguments = new ArrayList<>();
      arguments.add(isUnsynced ? YES : NO);
      envelope.add(arguments, conversation, fields);
      calls.add(scripts.send(Script.HEAL, conversation, arguments));
    });
    calls.forEach(scripts::await);
  }

  @Override
  public void erase(String conversation, Stamp stamp) {
    learning.forget(conversation);
    scripts.run(Script.ERASE, conversation, List.of(stamp(stamp)));
    learning.forget(conversation); // what was accepted in between
  }

  /**
   * Has what was accepted teach the dictionaries, if they are wanted. What is read from L3 does
   * not: it may have been erased meanwhile.
   *
   * @param erasures {@link Learning#erasures} from before
   */
  private void observe(String conversation, List<Field> fields, long erasures) {
    if (isLearning) {
      fields.forEach(field -> learning.observe(conversation, field, erasures));
    }
  }

  private static byte[] stamp(Stamp stamp) {
    return RedisKeys.ascii(stamp.toString());
  }

  @Override
  public Map<String, List<Field>> unsynced(Duration minAge, int limit) {
    return index.oldest(minAge, limit);
  }

  @Override
  public List<Field> unsynced(String conversation) {
    return index.of(conversation);
  }

  @Override
  public void present(int node, Duration validity) {
    link.call("L2 presence", RedisKeys.PRESENCE_BUCKET, home -> home.commands()
        .set(RedisKeys.presence(node), YES, SetArgs.Builder.px(validity)));
  }

  @Override
  public boolean isPresent(int node) {
    byte @Nullable [] said = link.call("L2 presence", RedisKeys.PRESENCE_BUCKET,
        home -> home.commands().get(RedisKeys.presence(node)));
    return said != null;
  }

  @Override
  public void keepDictionariesIn(DictionaryStore store) {
    shelf.keepIn(store);
  }

  @Override
  public void learn() {
    if (isLearning) {
      learning.turn();
    }
  }

  @Override
  public void listen(Listener listener) {
    health.listen(listener);
  }

  @Override
  public void probe(boolean isAnew) {
    health.probe(isAnew);
  }

  @Override
  public String generation() {
    return generations.digest();
  }

  @Override
  public long heardAtNanos(String conversation) {
    return health.heardAtNanos(conversation);
  }

  @Override
  public long heardAtNanos() {
    return health.heardAtNanos();
  }

  @Override
  public long clockOffsetMillis() {
    return health.clockOffsetMillis();
  }

  @Override
  public long usedMemoryBytes() {
    return health.usedMemoryBytes();
  }

  @Override
  public CompressionCounts compression() {
    return compression.counts(learning.counts());
  }

  @Override
  public long corruptCount() {
    return reader.corruptCount();
  }

  @Override
  public void close() {
    health.close();
    connector.close();
    compression.close();
  }
}
