package dev.nivel;

import dev.nivel.store.Entry;
import dev.nivel.store.RejectedException;
import dev.nivel.store.Stamp;
import dev.nivel.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A handle that is made when memory has the conversation, which it need not look up again. */
class ConversationTest {
  private EngineFixture nivel;
  private Conversation handle;

  @BeforeEach
  void make(@TempDir Path directory) {
    nivel = new EngineFixture(directory);
    Entry entry = Entry.of("slots", Stamp.at(nivel.time.millis(), 9), json("1"));
    nivel.l3.write(List.of(new Write(ID, entry)));
    nivel.call.read("slots");
    handle = nivel.conversation(ID);
    nivel.pass(Duration.ofMillis(1));
  }

  @Test
  void readsFromMemory() {
    assertThat(nivel.engine.levels().lease().isFresh()).isTrue();
    assertThat(handle.read("slots").level()).isEqualTo(Level.L1);
    assertThat(nivel.engine.metrics().l1().hits()).isEqualTo(1);
  }

  @Test
  void findsWhatIsWritten() {
    assertThat(handle.get("slots").orElseThrow().value()).isEqualTo(json("1"));
    nivel.call.put("slots", json("2"));
    assertThat(handle.get("slots").orElseThrow().value()).isEqualTo(json("2"));
  }

  @Test
  void findsWhatIsWrittenAfterItsConversationHasLeftMemory() {
    nivel.engine.levels().l1().forget(ID);
    nivel.call.put("slots", json("2"));
    assertThat(handle.get("slots").orElseThrow().value()).isEqualTo(json("2"));
  }

  @Test
  void checksANameThatIsNotThere() {
    assertThatThrownBy(() -> handle.get("")).isInstanceOf(RejectedException.class);
  }

  /** I4. */
  @Test
  void doesNotTrustMemoryWithoutHearingOfOthers() {
    long heardAtNanos = nivel.time.nanos();
    nivel.l2.heardAtNanos = () -> heardAtNanos;
    nivel.pass(Duration.ofMillis(3_001));
    assertThat(handle.read("slots").level()).isEqualTo(Level.L2);
  }

  /** I4: what was found good in a tick is not for the rest of it if the housekeeper objects. */
  @Test
  void doesNotTrustWhatItHasJustFoundWithoutHearingOfOthers() {
    assertThat(handle.read("slots").level()).isEqualTo(Level.L1);
    long heardAtNanos = nivel.time.nanos() - Duration.ofSeconds(4).toNanos();
    nivel.l2.heardAtNanos = () -> heardAtNanos;
    nivel.engine.levels().lease().refresh();
    assertThat(handle.read("slots").level()).isEqualTo(Level.L2);
  }

  /** I4: items are believed as entries are, by what the housekeeper found. */
  @Test
  void doesNotTrustItemsInMemoryWithoutHearingOfOthers() {
    nivel.call.append(json("1"));
    nivel.call.last(1);
    assertThat(handle.last(1).level()).isEqualTo(Level.L1);
    assertThat(handle.after(Stamp.NONE, 1).level()).isEqualTo(Level.L1);
    long heardAtNanos = nivel.time.nanos();
    nivel.l2.heardAtNanos = () -> heardAtNanos;
    nivel.pass(Duration.ofMillis(3_001));
    assertThat(handle.last(1).level()).isEqualTo(Level.L2);
    assertThat(handle.after(Stamp.NONE, 1).level()).isEqualTo(Level.L2);
  }

  /** I4, for whoever asks from without: the housekeeper has not had its turn since the pause. */
  @Test
  void doesNotTrustMemoryRightAfterAPauseOnceTheRealClockWasAsked() {
    nivel.call.append(json("1"));
    nivel.call.last(1);
    assertThat(handle.last(1).level()).isEqualTo(Level.L1);
    assertThat(handle.read("slots").level()).isEqualTo(Level.L1);
    long heardAtNanos = nivel.time.nanos();
    nivel.l2.heardAtNanos = () -> heardAtNanos;
    nivel.time.pass(Duration.ofSeconds(4));
    assertThat(handle.peek("slots")).isEmpty();
    assertThat(handle.read("slots").level()).isEqualTo(Level.L2);
    assertThat(handle.last(1).level()).isEqualTo(Level.L2);
  }
}
