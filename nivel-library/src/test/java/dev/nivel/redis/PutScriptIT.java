package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.store.Condition;
import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Time;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.nivel.redis.PlainRedis.hash;
import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.tombstone;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * put.lua does with a conversation what write.lua does with it, and leaves it alone if it leaves
 * the write to that (I2, I5): on conversations in many states, the damaged ones included.
 */
class PutScriptIT {
  private static final int ROUNDS = 400;
  private static final String CHANNEL = "nivel:changes";
  private static final String END = "no message of Nivel's";
  /** A millisecond later than any that a test's stamps or deadlines are about. */
  private static final int FAR_AHEAD_MILLIS = 1_500_000_000;

  private static Servers servers;
  private static RedisL2 l2;
  private static PlainRedis plain;
  private static BlockingQueue<String> published;
  private static Envelope envelope;

  private final String conversation = "call {1} ñ " + UUID.randomUUID();
  private final String[] keys = FrequentCase.keys(conversation);

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    String url = servers.redis().url();
    l2 = RedisFixture.connect(url);
    plain = PlainRedis.at(url);
    published = plain.listen(CHANNEL);
    envelope = new Envelope(new Compression(1_024, new Presets(id -> null)), 1 << 20);
  }

  @AfterAll
  static void end() {
    plain.close();
    l2.close();
    servers.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void doesWhatTheWholeScriptDoes(long seed) {
    Random random = new Random(seed);
    FrequentCase put = new FrequentCase("put.lua", List.of("prelude.lua", "write.lua"), plain,
        conversation);
    int done = 0;
    for (int round = 10; round < ROUNDS; round++) {
      operate(random, round);
      damage(random);
      done += put.does(arguments(random, round), PutScriptIT::messages) ? 1 : 0;
    }
    assertThat(done).isGreaterThan(ROUNDS / 8);
  }

  /** What was published since the last call. */
  private static List<String> messages() {
    plain.commands().publish(CHANNEL, END);
    List<String> messages = new ArrayList<>();
    @Nullable String next = next();
    while (next != null && !next.equals(END)) {
      messages.add(next);
      next = next();
    }
    assertThat(next).isEqualTo(END);
    return messages;
  }

  private static @Nullable String next() {
    try {
      return published.poll(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Stamps lie around the present round, so that some operations come too late. */
  private void operate(Random random, int round) {
    int at = round + random.nextInt(8) - 4;
    Field field = field(random, at);
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> l2.write(conversation, List.of(field), Condition.NONE);
      case 3 -> l2.heal(writes(conversation, field), random.nextBoolean());
      case 4, 5 -> l2.unsynced(conversation)
          .forEach(held -> l2.settle(writes(conversation, held)));
      case 6 -> l2.beginFill(conversation)
          .filter(token -> random.nextBoolean())
          .ifPresent(token -> l2.fill(conversation, Contents.EMPTY.with(List.of(field)), token));
      default -> l2.erase(conversation, stamp(Math.max(1, at - random.nextInt(40))));
    }
  }

  private static Field field(Random random, int at) {
    String name = "e" + random.nextInt(3);
    long expiresAtMillis = Time.SYSTEM.millis()
        + Duration.ofHours(random.nextBoolean() ? 1 : -1).toMillis();
    return switch (random.nextInt(6)) {
      case 0 -> tombstone(name, at);
      case 1 -> expiring(name, at, expiresAtMillis);
      case 2, 3 -> item(at, "t".repeat(random.nextInt(1_000)));
      default -> entry(name, at, "v".repeat(random.nextInt(1_000)));
    };
  }

  private static Entry expiring(String name, int at, long expiresAtMillis) {
    return (Entry) Field.of(Field.ENTRY_PREFIX + name, stamp(at), entry(name, at, "x").content(),
        expiresAtMillis);
  }

  private void damage(Random random) {
    String hash = hash(conversation);
    switch (random.nextInt(20)) {
      case 0 -> plain.commands().hset(hash, "h", "1 2 3");
      case 1 -> plain.commands().hset(hash, "e:e0", "short");
      case 2 -> plain.commands().hset(hash, "e:e1", "\u0007\u0001" + "\u0000".repeat(40));
      case 3 -> plain.commands().hset(hash, "e:e2", "\u0001\u0001" + "\u00ff".repeat(40));
      case 4 -> plain.commands().del(hash);
      default -> {}
    }
  }

  /** Of a caller who mostly knows the generation and has not given up. */
  private String[] arguments(Random random, int round) {
    int at = random.nextInt(20) == 0 ? FAR_AHEAD_MILLIS : round + random.nextInt(10) - 4;
    Field field = field(random, at);
    boolean isLate = random.nextInt(20) == 0;
    String generation = random.nextInt(20) == 0 ? "unknown"
        : plain.commands().get(keys[2]);
    List<String> arguments = new ArrayList<>(List.of(generation,
        Long.toString(Time.SYSTEM.millis() + Duration.ofHours(isLate ? -1 : 1).toMillis()),
        RedisKeys.encode(conversation), "7", "3600000", random.nextInt(10) == 0 ? "0" : ""));
    List<Field> fields = random.nextInt(10) == 0 ? List.of(field, entry("more", at, ""))
        : List
            .of(field);
    List<byte[]> written = new ArrayList<>();
    envelope.add(written, conversation, fields);
    written.forEach(bytes -> arguments.add(new String(bytes, StandardCharsets.ISO_8859_1)));
    return arguments.toArray(String[]::new);
  }
}
