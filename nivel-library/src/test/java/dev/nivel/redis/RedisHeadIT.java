package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.store.Condition;
import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.nivel.redis.PlainRedis.hash;
import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.key;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.tombstone;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;

/** The head of a conversation keeps count of what is in its hash, whatever happens to it. */
class RedisHeadIT {
  private static final int OPERATIONS = 300;
  private static final int UNSYNCED = 2;
  private static final int ITEMS = 6;
  private static final int BYTES = 7;

  private static Servers servers;
  private static RedisL2 l2;
  private static PlainRedis plain;

  private final String conversation = "call {1} ñ " + UUID.randomUUID();

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
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void countsRightAfterManyMixedOperations(long seed) {
    Random random = new Random(seed);
    l2.write(conversation, List.of(entry("e0", 1, "first")), Condition.NONE);
    for (int round = 1; round <= OPERATIONS; round++) {
      operate(random, round);
      assertCounts(round);
    }
  }

  @Test
  void ofALongConversationLosesItemsAndKeepsIdempotencyKeysUntilTheyHaveExpired() {
    fill(Contents.EMPTY, key(1, item(1, "a")), key(2, 1, item(1, "a")));
    Field[] items = IntStream.rangeClosed(1, 201).mapToObj(i -> item(i, "t")).toArray(Field[]::new);
    write(items);
    l2.settle(writes(conversation, items));
    assertThat(plain.commands().hkeys(hash(conversation)))
        .contains(key(1, item(1, "a")).key())
        .doesNotContain(key(2, item(1, "a")).key(), "i:" + stamp(1));
    assertCounts(0);
  }

  /** Stamps lie around the present round, so that some operations come too late. */
  private void operate(Random random, int round) {
    int at = Math.max(1, round + random.nextInt(12) - 6);
    Entry entry = entry("e" + random.nextInt(4), at, "v".repeat(random.nextInt(2_000)));
    Item item = item(at, "t".repeat(random.nextInt(2_000)));
    switch (random.nextInt(10)) {
      case 0, 1 -> write(entry);
      case 2, 3 -> write(item, item(at + 1, "next"));
      case 4 -> write(entry("f0", at, "0"), tombstone("f1", at));
      case 5 -> l2.heal(writes(conversation, entry, item), random.nextBoolean());
      case 6 -> l2.settle(writes(conversation, entry, item));
      case 7 -> l2.unsynced(conversation)
          .stream()
          .filter(field -> random.nextBoolean())
          .forEach(field -> l2.settle(writes(conversation, field)));
      case 8 -> fill(random.nextBoolean() ? Contents.EMPTY : Contents.UNKNOWN, entry, item);
      default -> l2.erase(conversation, stamp(Math.max(1, at - random.nextInt(40))));
    }
  }

  private void write(Field... fields) {
    l2.write(conversation, List.of(fields), Condition.NONE);
  }

  private void fill(Contents before, Field... fields) {
    l2.beginFill(conversation)
        .ifPresent(token -> l2.fill(conversation, before.with(List.of(fields)), token));
  }

  private void assertCounts(int round) {
    List<String> head = plain.head(conversation);
    List<String> items = plain.commands()
        .hkeys(hash(conversation))
        .stream()
        .filter(key -> key.startsWith("i:"))
        .toList();
    long bytes = items.stream()
        .mapToLong(key -> plain.commands().hstrlen(hash(conversation), key))
        .sum();
    assertThat(head.get(UNSYNCED)).as("unsynced after operation %d", round)
        .isEqualTo(Integer.toString(plain.indexed(conversation).size()));
    assertThat(head.get(ITEMS)).as("items after operation %d", round)
        .isEqualTo(Integer.toString(items.size()));
    assertThat(head.get(BYTES)).as("bytes after operation %d", round)
        .isEqualTo(Long.toString(bytes));
  }
}
