package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.tombstone;
import static org.assertj.core.api.Assertions.assertThat;

/** What those find who have looked a conversation up before. */
class HitPathTest {
  private EngineFixture nivel;
  private L1 l1;
  private Resident lookedUp;

  @BeforeEach
  void lookUp(@TempDir Path directory) {
    nivel = new EngineFixture(directory);
    l1 = nivel.engine.levels().l1();
    install(entry("x", 1, "1"), entry("y", 2, "2"), tombstone("gone", 3));
    lookedUp = Objects.requireNonNull(l1.residents().get(ID));
    nivel.pass(Duration.ofMillis(1));
  }

  private void install(Entry... entries) {
    l1.install(ID, Contents.EMPTY.with(List.of(entries)), l1.ticket(ID));
  }

  private void write(Field field) {
    l1.apply(ID, List.of(field), l1.ticket(ID));
  }

  private Optional<Entry> find(String name) {
    return Optional.ofNullable(nivel.engine.hits().find(lookedUp, name));
  }

  /** The answer to those who know the favorite's name by the same string. */
  private Optional<Entry> favorite(String name) {
    return Optional.ofNullable(lookedUp.favorite(name, l1.clock().tick()));
  }

  /** What is found first becomes the favorite (I6, I7). */
  @Test
  void anEntryIsFoundByEachStringThatIsItsName() {
    assertThat(find("gone")).isEmpty();
    for (String name : List.of("x", "y", new String("y"), new String("x"), "x", "y")) {
      assertThat(find(name).orElseThrow().name()).isEqualTo(name);
    }
    assertThat(favorite("x")).isPresent();
    assertThat(find("z")).isEmpty();
  }

  @Test
  void eachThatIsFoundIsCounted() {
    long hits = nivel.engine.metrics().l1().hits();
    find("x");
    find("x");
    find("y");
    find("gone");
    assertThat(nivel.engine.metrics().l1().hits()).isEqualTo(hits + 3);
  }

  /** I2, I4. */
  @Test
  void aFavoriteIsReplacedByWhatIsWritten() {
    find("x");
    write(entry("x", 4, "4"));
    assertThat(favorite("x").orElseThrow().stamp()).isEqualTo(stamp(4));
    l1.unknown(ID, entry("x", 5, "5").key(), stamp(5));
    assertThat(find("x")).isEmpty();
    write(entry("x", 6, "6"));
    assertThat(find("x").orElseThrow().stamp()).isEqualTo(stamp(6));
    write(tombstone("x", 7));
    assertThat(find("x")).isEmpty();
  }

  /** Else it would be seen when it is over, by those who asked for it before. */
  @Test
  void anEntryEndsWithItsTimeToLive() {
    find("x");
    write(new Entry("x", stamp(4), Value.json("1"), nivel.time.millis() + 1_000));
    assertThat(favorite("x")).isEmpty();
    nivel.pass(Duration.ofMillis(999));
    assertThat(find("x")).isPresent();
    nivel.pass(Duration.ofMillis(1));
    assertThat(find("x")).isEmpty();
  }

  /** Whoever holds on to it must not miss what is written afterwards (I4). */
  @Test
  void whatHasLeftGivesNoAnswersToThoseWhoHadLookedItUp() {
    assertThat(find("x")).isPresent();
    l1.forget(ID);
    install(entry("x", 4, "4"));
    assertThat(find("x")).isEmpty();
  }

  /** A conversation that was found good at the beginning of a tick need not be so at its end. */
  @Test
  void whatHasExpiredGivesNoAnswersThoughASlowReaderVouchesForIt() {
    find("x");
    long tick = l1.clock().tick();
    assertThat(favorite("x")).isPresent();
    l1.expire();
    lookedUp.vouch(tick);
    assertThat(favorite("x")).isEmpty();
    assertThat(find("x")).isEmpty();
  }
}
