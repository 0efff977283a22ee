package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.store.Condition;
import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.L2;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.Value;
import dev.nivel.store.WriteReply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** How many commands Redis gets, as it counts them itself. */
class RedisRoundTripsIT {
  private static final String COUNTER = "total_commands_processed:";
  private static final int ITEMS = 20;

  private static Servers servers;
  private static RedisL2 l2;
  private static PlainRedis plain;

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

  @Test
  void aConversationOf20ItemsIsOneCommand() {
    write("twenty");
    long before = commands();
    Contents contents = l2.conversation("twenty");
    long after = commands();
    assertThat(contents.items()).hasSize(ITEMS);
    assertThat(after - before - 1).as("but for the question how many").isEqualTo(1);
  }

  @Test
  void severalConversationsAreACommandEachWithTheRightValues() {
    write("one");
    write("two");
    long before = commands();
    Map<String, Contents> contents = l2.conversations(List.of("one", "two", "none"));
    long after = commands();
    assertThat(contents).containsOnlyKeys("one", "two", "none");
    assertThat(of(contents, "one").items()).isEqualTo(l2.conversation("one").items());
    assertThat(of(contents, "two").items()).hasSize(ITEMS);
    assertThat(of(contents, "none").isEmpty()).isTrue();
    assertThat(after - before - 1).isEqualTo(3);
  }

  @Test
  void severalConversationsAreFilledByTheRightsThatAreThere() {
    Stamp stamp = Stamp.at(Time.SYSTEM.millis(), RedisFixture.NODE);
    Contents stored = Contents.EMPTY.with(List.of(Entry.of("state", stamp, Value.json("1"))));
    l2.takeFill("taken");
    Map<String, String> tokens = l2.beginFills(List.of("free", "taken", "unused"));
    assertThat(tokens).containsOnlyKeys("free", "unused");
    l2.fill(Map.of("free", stored), tokens);
    l2.endFills(Map.of("unused", tokens.getOrDefault("unused", "")));
    assertThat(l2.entry("free", "state").entry()).isNotNull();
    assertThat(l2.beginFill("free")).as("its right is used up").isPresent();
    assertThat(l2.beginFill("unused")).as("its right was given back").isPresent();
    assertThat(l2.beginFill("taken")).as("another's right stays").isEmpty();
  }

  @Test
  void aLookTellsWhatIsHeldAndGivesRightsByTwoCommandsEach() {
    write("held");
    l2.takeFill("another's");
    long before = commands();
    L2.Look look = l2.look(List.of("held", "another's", "nobody's"));
    long after = commands();
    assertThat(of(look.contents(), "held").items()).hasSize(ITEMS);
    assertThat(of(look.contents(), "nobody's").isEmpty()).isTrue();
    assertThat(look.tokens()).containsOnlyKeys("held", "nobody's");
    assertThat(l2.fill("nobody's", Contents.EMPTY, look.tokens().getOrDefault("nobody's", "")))
        .isTrue();
    assertThat(after - before - 1).isEqualTo(6);
  }

  private static Contents of(Map<String, Contents> contents, String conversation) {
    return contents.getOrDefault(conversation, Contents.UNKNOWN);
  }

  private static void write(String conversation) {
    List<Field> items = new ArrayList<>();
    Stamp stamp = Stamp.at(Time.SYSTEM.millis(), RedisFixture.NODE);
    for (int i = 0; i < ITEMS; i++) {
      stamp = stamp.next(RedisFixture.NODE);
      items.add(new Item(stamp, Value.json("{\"text\":\"" + i + "\"}")));
    }
    assertThat(l2.write(conversation, items, Condition.NONE).outcome())
        .isEqualTo(WriteReply.Outcome.ACCEPTED);
  }

  private static long commands() {
    return plain.commands()
        .info("stats")
        .lines()
        .filter(line -> line.startsWith(COUNTER))
        .mapToLong(line -> Long.parseLong(line.substring(COUNTER.length()).trim()))
        .findFirst()
        .orElseThrow();
  }
}
