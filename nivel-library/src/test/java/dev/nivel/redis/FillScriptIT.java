package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.store.Condition;
import dev.nivel.store.Field;
import dev.nivel.store.Time;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.tombstone;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * fresh.lua does with a conversation what fill.lua does with it, and leaves it alone if it leaves
 * the fill to that (I2, I5): of callers of all kinds, with what is held and with nothing.
 */
class FillScriptIT {
  private static final int ROUNDS = 400;

  private static Servers servers;
  private static RedisL2 l2;
  private static PlainRedis plain;
  private static Envelope envelope;

  private final String conversation = "call {1} ñ " + UUID.randomUUID();
  private final String encoded = RedisKeys.encode(conversation);
  private final String[] keys = FrequentCase.keys(conversation);

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    String url = servers.redis().url();
    l2 = RedisFixture.connect(url);
    plain = PlainRedis.at(url);
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
    FrequentCase fresh = new FrequentCase("fresh.lua",
        List.of("prelude.lua", "upkeep.lua", "fill.lua"), plain, conversation);
    int done = 0;
    for (int round = 1; round < ROUNDS; round++) {
      prepare(random);
      done += fresh.does(arguments(random)) ? 1 : 0;
    }
    assertThat(done).isGreaterThan(ROUNDS / 8);
  }

  /** Mostly nothing is held; perhaps the index names what is not there, or others' fields. */
  private void prepare(Random random) {
    plain.commands().del(keys[0], keys[1], keys[3]);
    switch (random.nextInt(10)) {
      case 0 -> l2.write(conversation, List.of(field(random, 50)), Condition.NONE);
      case 1 -> l2.erase(conversation, stamp(1 + random.nextInt(100)));
      case 2 -> plain.commands().hset(keys[0], "h", "1 2 3");
      case 3 -> plain.commands().zadd(keys[1], 1, encoded + " e:e1");
      case 4 -> plain.commands().zadd(keys[1], 1, "another e:e1");
      default -> {}
    }
    if (!rarely(random)) {
      plain.commands().set(keys[3], "right");
    }
  }

  private static Field field(Random random, int at) {
    String name = "e" + random.nextInt(3);
    return switch (random.nextInt(4)) {
      case 0 -> tombstone(name, at);
      case 1, 2 -> item(at, "t".repeat(random.nextInt(1_000)));
      default -> entry(name, at, "v".repeat(random.nextInt(1_000)));
    };
  }

  /** Of a caller who mostly knows the generation, has the right and has not given up. */
  private String[] arguments(Random random) {
    Duration patience = Duration.ofHours(rarely(random) ? -1 : 1);
    String generation = rarely(random) ? "unknown" : plain.commands().get(keys[2]);
    List<String> arguments = new ArrayList<>(List.of(generation,
        Long.toString(Time.SYSTEM.millis() + patience.toMillis()), encoded, "7", "3600000",
        rarely(random) ? "another's" : "right", rarely(random) ? "0" : "1",
        number(random, 60), number(random, 60), rarely(random) ? "2" : "200",
        rarely(random) ? "700" : "100000"));
    Map<String, Field> fields = new LinkedHashMap<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      Field field = field(random, 20 + random.nextInt(50));
      fields.put(field.key(), field);
    }
    List<byte[]> stored = new ArrayList<>();
    envelope.add(stored, conversation, List.copyOf(fields.values()));
    stored.forEach(bytes -> arguments.add(new String(bytes, StandardCharsets.ISO_8859_1)));
    if (rarely(random) && !stored.isEmpty()) {
      arguments.set(arguments.size() - 1, random.nextBoolean() ? "short" : "\u0007".repeat(40));
    }
    return arguments.toArray(String[]::new);
  }

  private static boolean rarely(Random random) {
    return random.nextInt(16) == 0;
  }

  /** A stamp as {@code stamp} gives it, mostly none. */
  private static String number(Random random, int atMax) {
    return random.nextInt(4) == 0 ? stamp(1 + random.nextInt(atMax)).toString() : "0";
  }
}
