package dev.nivel;

import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.Stamp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

/** Another node, of which L3 has not heard for long: dead, or not. */
class RetirementTest {
  private static final String OTHER = "another node";

  private EngineFixture nivel;
  private int other;

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory, "SYNC_INTERVAL", "300");
    other = nivel.l3.nodes().claim(OTHER).number();
    nivel.l3.kill(OTHER);
    nivel.pass(Duration.ofMinutes(11));
  }

  private void assertNotRetired() {
    sync();
    assertThat(nivel.engine.health().isAlone()).isFalse();
  }

  private void sync() {
    nivel.engine.recovery().tendSupabase();
    nivel.engine.sync().runInBackground();
    nivel.engine.recovery().tendSupabase();
  }

  /** A node that is absent at one look may be about to say it again to a Redis that lost it. */
  @Test
  void isRetiredWhenItIsAbsentForLongAndWhatItLeftIsAdopted() {
    Stamp old = Stamp.at(nivel.time.millis() - Duration.ofMinutes(11).toMillis(), other);
    nivel.l2.write(ID, List.of(Entry.of("slots", old, json("1"))), Condition.NONE);
    assertNotRetired();
    nivel.pass(Duration.ofSeconds(4));
    assertNotRetired();
    nivel.pass(Duration.ofSeconds(1));
    sync();
    assertThat(nivel.engine.health().isAlone()).isTrue();
    assertThat(nivel.l3.entry(ID, "slots")).isPresent();
  }

  @Test
  void isNotRetiredAsLongAsItWritesToRedis() { // I4
    nivel.l2.present(other, Duration.ofMinutes(10));
    assertNotRetired();
    nivel.pass(Duration.ofMinutes(9));
    assertNotRetired();
    nivel.pass(Duration.ofMinutes(2));
    assertNotRetired();
    nivel.pass(Duration.ofSeconds(5));
    sync();
    assertThat(nivel.engine.health().isAlone()).isTrue();
  }

  @Test
  void isNotRetiredWhileRedisDoesNotSayWhoIsThere() {
    assertNotRetired();
    nivel.pass(Duration.ofSeconds(5));
    nivel.openRedisBreaker();
    assertNotRetired();
  }
}
