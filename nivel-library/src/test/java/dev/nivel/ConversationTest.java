package dev.nivel;

import dev.nivel.store.Entry;
import dev.nivel.store.Item;
import dev.nivel.store.RejectedException;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
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
    hearNobodyFromNowOn();
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
    haveItemsInMemory();
    hearNobodyFromNowOn();
    nivel.pass(Duration.ofMillis(3_001));
    assertThat(handle.last(1).level()).isEqualTo(Level.L2);
    assertThat(handle.after(Stamp.NONE, 1).level()).isEqualTo(Level.L2);
  }

  /** It asks no clock: what the housekeeper found holds until its next turn (decision 0017). */
  @Test
  void trustsMemoryUntilTheNextTick() {
    haveItemsInMemory();
    hearNobodyFromNowOn();
    nivel.time.pass(Duration.ofSeconds(4));
    assertThat(handle.last(1).level()).isEqualTo(Level.L1);
    assertThat(handle.after(Stamp.NONE, 1).level()).isEqualTo(Level.L1);
    assertThat(handle.read("slots").level()).isEqualTo(Level.L1);
  }

  /** I4: the housekeeper has not had its turn since a pause that who asks has not shared. */
  @Test
  void doesNotTrustMemoryAfterAPauseForRemoteCallers() {
    haveItemsInMemory();
    Conversation remote = nivel.conversationForRemote(ID);
    assertThat(remote.read("slots").level()).isEqualTo(Level.L1);
    assertThat(remote.last(1).level()).isEqualTo(Level.L1);
    hearNobodyFromNowOn();
    nivel.time.pass(Duration.ofSeconds(4));
    assertThat(remote.peek("slots")).isEmpty();
    assertThat(remote.read("slots").level()).isEqualTo(Level.L2);
    assertThat(remote.last(1).level()).isEqualTo(Level.L2);
    assertThat(remote.after(Stamp.NONE, 1).level()).isEqualTo(Level.L2);
    assertThat(remote.all().level()).isEqualTo(Level.L2);
  }

  @Test
  void readsItemsBelowWhenTheirTimeInMemoryIsOver() {
    haveItemsInMemory();
    nivel.pass(Duration.ofDays(1));
    assertThat(nivel.engine.levels().lease().isFresh()).isTrue();
    assertThat(handle.last(1).level()).isEqualTo(Level.L2);
  }

  /** I12. */
  @Test
  void findsNoItemsOfWhatWasErased() {
    haveItemsInMemory();
    nivel.call.erase();
    assertThat(handle.last(1).items()).isEmpty();
    assertThat(handle.after(Stamp.NONE, 1).items()).isEmpty();
  }

  @Test
  void findsItemsThatAreAppendedLater() {
    haveItemsInMemory();
    nivel.call.append(json("2"));
    assertThat(handle.last(1).level()).isEqualTo(Level.L1);
    assertThat(handle.last(1).items().get(0).value()).isEqualTo(json("2"));
    assertThat(handle.after(Stamp.NONE, 9).items()).hasSize(2);
  }

  @Test
  void believesNoItemsWhileRedisIsOut() {
    haveItemsInMemory();
    nivel.engine.sync().runInBackground();
    nivel.openRedisBreaker();
    nivel.pass(Duration.ofMillis(10));
    assertThat(handle.last(1).level()).isEqualTo(Level.L3);
  }

  @Test
  void readsItemsBelowThatMemoryHasNoMore() {
    List<Value> turns = EngineFixture.turns(300);
    nivel.call.append(turns);
    nivel.call.last(1);
    handle = nivel.conversation(ID);
    assertThat(handle.last(1).level()).isEqualTo(Level.L1);
    assertThat(handle.last(250).items()).extracting(Item::value)
        .containsExactlyElementsOf(turns.subList(50, 300));
    assertThat(handle.after(Stamp.NONE, 10).items()).extracting(Item::value)
        .containsExactlyElementsOf(turns.subList(0, 10));
  }

  private void haveItemsInMemory() {
    nivel.call.append(json("1"));
    nivel.call.last(1);
    assertThat(handle.last(1).level()).isEqualTo(Level.L1);
  }

  private void hearNobodyFromNowOn() {
    long heardAtNanos = nivel.time.nanos();
    nivel.l2.heardAtNanos = () -> heardAtNanos;
  }
}
