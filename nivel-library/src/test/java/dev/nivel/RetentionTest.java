package dev.nivel;

import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.json;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;

/** What is erased for nobody having written to it for thirty days. */
class RetentionTest {
  private static final int DAYS = 30;

  private EngineFixture nivel;
  private Retention retention;

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory, "NIVEL_RETENTION_DAYS", Integer.toString(DAYS));
    retention = nivel.engine.retention();
  }

  private Stamp daysAgo(int days) {
    return Stamp.at(nivel.time.millis() - Duration.ofDays(days).toMillis(), 1);
  }

  private void inL3(String conversation, int days) {
    nivel.l3.write(writes(conversation, new Item(daysAgo(days), json("1"))));
  }

  private boolean isInL3(String conversation) {
    return !nivel.l3.itemsBefore(conversation, Optional.empty(), 1).isEmpty();
  }

  private void walk() {
    Duration rest = retention.turn();
    while (!List.of(Retention.REST, Retention.PAUSE_AFTER_FAILURE).contains(rest)) {
      nivel.pass(Duration.ofSeconds(1));
      rest = retention.turn();
    }
  }

  @Test
  void isErasedEverywhereAndWhatIsYoungerStays() {
    inL3("old", DAYS + 1);
    inL3("young", DAYS - 1);
    walk();
    assertThat(isInL3("old")).isFalse();
    assertThat(isInL3("young")).isTrue();
    assertThat(nivel.l2.conversation("old").isEmpty()).isTrue();
  }

  @Test
  void isNotErasedIfSomethingNewerIsInRedisOnly() {
    inL3("resumed", DAYS + 1);
    nivel.l2.write("resumed", List.of(Entry.of("slots", daysAgo(1), json("1"))), Condition.NONE);
    walk();
    assertThat(isInL3("resumed")).isTrue();
  }

  @Test
  void takesNothingWithItThatIsWrittenMeanwhile() { // I1
    inL3("resumed", DAYS + 1);
    nivel.l2.beforeReply = () -> { // Redis had nothing newer when it was asked
      nivel.l2.beforeReply = () -> {};
      nivel.conversation("resumed").put("slots", json("1"));
    };
    walk();
    assertThat(nivel.conversation("resumed").get("slots")).isPresent();
    nivel.turn();
    assertThat(nivel.l3.entry("resumed", "slots")).isPresent();
  }

  @Test
  void comesInBatchesUntilAllAreGone() {
    int count = Retention.BATCH + 20;
    IntStream.range(0, count).forEach(i -> inL3("old-" + i, DAYS + 1));
    int before = nivel.l3.calls.get();
    retention.turn();
    assertThat(nivel.l3.calls.get() - before).as("one erasure and one confirmation each")
        .isLessThanOrEqualTo(2 * Retention.BATCH + 1);
    assertThat(nivel.l3.activities("old-", "", count)).hasSize(20);
    walk();
    assertThat(nivel.l3.activities("old-", "", count)).isEmpty();
  }

  @Test
  void isLeftAloneWhileRedisIsOut() {
    inL3("old", DAYS + 1);
    nivel.openRedisBreaker();
    walk();
    assertThat(isInL3("old")).isTrue();
    nivel.healRedis();
    walk();
    assertThat(isInL3("old")).isFalse();
  }
}
