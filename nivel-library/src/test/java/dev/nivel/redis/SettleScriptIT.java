package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.store.Condition;
import dev.nivel.store.Field;
import dev.nivel.store.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * agreed.lua does with a conversation what settle.lua does with it, and leaves it alone if it
 * leaves the settlement to that (I1, I2): of callers of all kinds, with what is held as committed
 * and with what is not.
 */
class SettleScriptIT {
  private static final int ROUNDS = 400;
  private static final int FIELDS_MAX = 6;

  private static Servers servers;
  private static RedisL2 l2;
  private static PlainRedis plain;

  private final String conversation = "call {1} ñ " + UUID.randomUUID();
  private final String encoded = RedisKeys.encode(conversation);
  private final String[] keys = FrequentCase.keys(conversation);

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    String url = servers.redis().url();
    l2 = RedisFixture.connect(url);
    plain = PlainRedis.at(url);
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
    FrequentCase agreed = new FrequentCase("agreed.lua",
        List.of("prelude.lua", "upkeep.lua", "settle.lua"), plain, conversation);
    int done = 0;
    for (int round = 1; round < ROUNDS; round++) {
      done += agreed.does(arguments(random, prepare(random))) ? 1 : 0;
    }
    assertThat(done).isGreaterThan(ROUNDS / 8);
  }

  /** Mostly all is held as it was written, some of it settled before; returns what was written. */
  private List<Field> prepare(Random random) {
    plain.commands().del(keys[0], keys[1], keys[3]);
    List<Field> written = new ArrayList<>();
    for (int i = 1 + random.nextInt(FIELDS_MAX); i > 0; i--) {
      Field field = field(random, i, 10 * FIELDS_MAX - 10 * i + random.nextInt(10));
      l2.write(conversation, List.of(field), Condition.NONE);
      written.add(field);
    }
    if (random.nextInt(3) == 0) {
      l2.settle(writes(conversation, written.get(0)));
    }
    if (random.nextInt(3) == 0) {
      plain.commands().set(keys[3], "right");
    }
    damage(random, written.get(0).key());
    return written;
  }

  private void damage(Random random, String key) {
    switch (random.nextInt(16)) {
      case 0 -> l2.erase(conversation, stamp(random.nextInt(10 * FIELDS_MAX)));
      case 1 -> plain.commands().hset(keys[0], "h", "1 2 3");
      case 2 ->
        plain.commands().hset(keys[0], key, random.nextBoolean() ? "short" : "7".repeat(40));
      case 3 -> plain.commands().hdel(keys[0], random.nextBoolean() ? key : "h");
      case 4 -> plain.commands().zrem(keys[1], encoded + " " + key);
      case 5 -> plain.commands().hset(keys[0], "h", "1 0 0 0 of 0 0 0");
      default -> {}
    }
  }

  private static Field field(Random random, int name, int at) {
    return switch (random.nextInt(4)) {
      case 0 -> tombstone("e" + name, at);
      case 1, 2 -> item(at, "t".repeat(random.nextInt(1_000)));
      default -> entry("e" + name, at, "v".repeat(random.nextInt(1_000)));
    };
  }

  /** Of a caller who mostly knows the generation, has not given up, and names what was written. */
  private String[] arguments(Random random, List<Field> written) {
    Duration patience = Duration.ofHours(rarely(random) ? -1 : 1);
    String generation = rarely(random) ? "unknown" : plain.commands().get(keys[2]);
    List<String> arguments = new ArrayList<>(List.of(generation,
        Long.toString(Time.SYSTEM.millis() + patience.toMillis()), encoded, "7", "3600000",
        rarely(random) ? "2" : "200", rarely(random) ? "700" : "100000"));
    for (Field field : written) {
      if (!rarely(random)) {
        arguments.add(field.key());
        arguments.add((rarely(random) ? stamp(random.nextInt(10 * FIELDS_MAX)) : field.stamp())
            .toString());
      }
    }
    return arguments.toArray(String[]::new);
  }

  private static boolean rarely(Random random) {
    return random.nextInt(16) == 0;
  }
}
