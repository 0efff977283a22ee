package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.FakeTime;
import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import dev.nivel.store.WriteReply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.redis.PlainRedis.hash;
import static dev.nivel.store.Fields.entry;
import static org.assertj.core.api.Assertions.assertThat;

/** Stamps that are ahead of Redis's clock, seen by plain commands. */
class RedisClockIT {
  private static Servers servers;
  private static String url;
  private static RedisL2 l2;
  private static PlainRedis plain;

  private final String conversation = "call {1} ñ " + UUID.randomUUID();

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    url = servers.redis().url();
    l2 = RedisFixture.connect(url);
    plain = PlainRedis.at(url);
  }

  @AfterAll
  static void end() {
    plain.close();
    l2.close();
    servers.close();
  }

  private void write(Field... fields) {
    l2.write(conversation, List.of(fields), Condition.NONE);
  }

  @Test
  void isTheSameOnTheSameMachine() {
    assertThat(l2.clockOffsetMillis()).isBetween(-1_000L, 1_000L);
  }

  @Test
  void refusesStampsOfMoreThanAMinuteAheadAndChangesNothing() {
    long millis = System.currentTimeMillis() + 3_600_000;
    write(entry("y", 1, "1"));
    List<Field> ahead = List.of(new Entry("x", Stamp.at(millis, 1),
        Value.json("1"), 0));
    assertThat(l2.write(conversation, ahead, Condition.NONE).outcome())
        .isEqualTo(WriteReply.Outcome.AHEAD);
    assertThat(plain.indexed(conversation)).containsExactly("e:y");
    assertThat(keys()).containsExactly("e:y", "h");
  }

  @Test
  void isMeasuredAnewWhenAStampIsAhead() {
    FakeTime time = new FakeTime();
    try (RedisL2 jumping = RedisL2.open(RedisFixture.settings(url), time, () -> 9)) {
      jumping.probe(true);
      time.pass(Duration.ofMinutes(10));
      Stamp wrong = Stamp.at(time.millis() + jumping.clockOffsetMillis(), 9);
      List<Field> ahead = List.of(Entry.of("x", wrong, Value.json("1")));
      assertThat(jumping.write(conversation, ahead, Condition.NONE).outcome())
          .isEqualTo(WriteReply.Outcome.AHEAD);
      Stamp right = Stamp.at(time.millis() + jumping.clockOffsetMillis(), 9);
      assertThat(right.millis() - System.currentTimeMillis()).isBetween(-60_000L, 60_000L);
      assertThat(jumping.write(conversation, List.of(Entry.of("x", right, Value.json("1"))),
          Condition.NONE)).isEqualTo(WriteReply.accepted(false));
    }
  }

  @Test
  void acceptsStampsOfLessThanAMinuteAhead() {
    Stamp ahead = Stamp.at(System.currentTimeMillis() + 30_000, 1);
    write(new Entry("x", ahead, Value.json("1"), 0));
    assertThat(keys()).containsExactly("e:x", "h");
  }

  private Set<String> keys() {
    return new TreeSet<>(plain.commands().hkeys(hash(conversation)));
  }
}
