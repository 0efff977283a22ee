package dev.nivel;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Item;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import dev.nivel.store.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static dev.nivel.EngineFixture.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a node does while Redis and Supabase are out. */
class IsolatedPathTest {
  @TempDir private Path directory;

  private EngineFixture node(String... variables) {
    return new EngineFixture(directory.resolve("data"), variables);
  }

  private static void takeBothOut(EngineFixture nivel) {
    nivel.openRedisBreaker();
    nivel.l3.isOut = true;
    while (nivel.engine.health().supabase().isClosed()) {
      nivel.engine.recovery().tendSupabase();
    }
    assertThat(nivel.engine.health().mode()).isEqualTo(Mode.ISOLATED);
  }

  /** Until the outbox has forgotten what is synced. */
  private static void passAMinute(EngineFixture nivel) {
    nivel.pass(Duration.ofSeconds(61));
    nivel.engine.levels().outbox().allCommitted();
  }

  private static void healSupabase(EngineFixture nivel) {
    nivel.l3.isOut = false;
    nivel.pass(Duration.ofSeconds(31));
    nivel.engine.recovery().tendSupabase();
    assertThat(nivel.engine.health().supabase().isClosed()).isTrue();
  }

  private static List<Value> log(EngineFixture nivel) {
    return nivel.call.last(50).items().stream().map(Item::value).toList();
  }

  @Nested
  class Memory {
    @Test
    void answersForAnHourPastItsFreshnessAndSaysSo() {
      EngineFixture nivel = node();
      nivel.call.put("slots", json("1"));
      nivel.call.append(turns(3));
      nivel.engine.sync().runForced();
      nivel.call.all();
      passAMinute(nivel);
      takeBothOut(nivel);
      nivel.pass(Duration.ofMinutes(63)); // with the five that it was fresh
      Answer answer = nivel.call.read("slots");
      assertThat(answer.entry().orElseThrow().value()).isEqualTo(json("1"));
      assertThat(answer.level()).isEqualTo(Level.L1);
      assertThat(answer.isStale()).isTrue();
      ItemsPage page = nivel.call.last(5);
      assertThat(page.items()).hasSize(3);
      assertThat(page.isStale()).isTrue();
      assertThat(nivel.call.all().isStale()).isTrue();
      nivel.pass(Duration.ofMinutes(2));
      assertThatThrownBy(() -> nivel.call.read("slots")).isInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> nivel.call.last(5)).isInstanceOf(UnavailableException.class);
    }

    @Test
    void answersAfterTheChangeChannelBroke() { // as it does whenever Redis dies
      EngineFixture nivel = node();
      nivel.call.put("slots", json("1"));
      nivel.engine.sync().runForced();
      nivel.l2.missChanges();
      takeBothOut(nivel);
      passAMinute(nivel);
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("1"));
    }

    @Test
    void isNotBelievedAgainWhileAnyStoreAnswers() { // I4
      EngineFixture nivel = node();
      nivel.call.put("slots", json("1"));
      nivel.engine.sync().runForced();
      nivel.l2.missChanges();
      assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L2);
      nivel.openRedisBreaker();
      assertThat(nivel.call.read("slots").level()).isEqualTo(Level.L3);
    }

    @Test
    void doesNotAnswerIfThatIsSwitchedOff() {
      EngineFixture nivel = node("NIVEL_STALE_IF_ERROR", "0");
      nivel.call.put("slots", json("1"));
      nivel.engine.sync().runForced();
      passAMinute(nivel);
      takeBothOut(nivel);
      assertThatThrownBy(() -> nivel.call.read("slots")).isInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> nivel.call.all()).isInstanceOf(UnavailableException.class);
    }

    @Test
    void neverTakesWhatItDoesNotKnowForAbsent() { // I3
      EngineFixture nivel = node();
      nivel.call.put("slots", json("1"));
      takeBothOut(nivel);
      assertThatThrownBy(() -> nivel.call.read("other")).isInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> nivel.conversation("other").last(5))
          .isInstanceOf(UnavailableException.class);
    }
  }

  @Nested
  class WritesThatAreRefused {
    @Test
    void areAllByDefault() {
      EngineFixture nivel = node();
      takeBothOut(nivel);
      assertThatThrownBy(() -> nivel.call.append(turns(1)))
          .isInstanceOfSatisfying(UnavailableException.class,
              e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
      assertThat(nivel.ledger().pending()).isZero();
    }

    @Test
    void areThoseThatAStoreMustJudgeOrHold() {
      EngineFixture nivel = node("NIVEL_WRITES_WHEN_ISOLATED", "journal");
      nivel.call.put("slots", json("1"));
      takeBothOut(nivel);
      for (WriteOptions options : List.of(WriteOptions.DEFAULT.ifAbsent(),
          WriteOptions.DEFAULT.durable())) {
        assertThatThrownBy(() -> nivel.call.put("other", json("2"), options))
            .isInstanceOf(UnavailableException.class);
      }
      assertThatThrownBy(
          () -> nivel.call.append(turns(1), WriteOptions.DEFAULT.idempotent("a-key")))
          .isInstanceOf(UnavailableException.class);
      assertThat(nivel.ledger().pending()).isEqualTo(1);
    }

    @Test
    void areThoseThatTheJournalDoesNotTake() throws IOException { // I1
      Files.createDirectories(directory.resolve("data"));
      Files.createFile(directory.resolve("data").resolve("journal")); // which is no directory
      EngineFixture nivel = node("NIVEL_WRITES_WHEN_ISOLATED", "journal");
      takeBothOut(nivel);
      assertThatThrownBy(() -> nivel.call.append(turns(1)))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("journal");
      assertThat(nivel.ledger().pending()).isZero();
    }

    @Test
    void areThoseThatTheOutboxHasNoRoomFor() { // I8
      EngineFixture nivel = node("NIVEL_WRITES_WHEN_ISOLATED", "journal", "NIVEL_OUTBOX_BYTES",
          "1048576");
      takeBothOut(nivel);
      Value large = json("\"" + "x".repeat(400_000) + "\"");
      nivel.call.append(large);
      nivel.call.append(large);
      assertThatThrownBy(() -> nivel.call.append(large)).isInstanceOf(UnavailableException.class)
          .hasMessageContaining("outbox is full");
    }

    @Test
    void meansThatThereMustBeAJournal() {
      assertThatThrownBy(() -> NivelConfig.of(
          Map.of("NIVEL_WRITES_WHEN_ISOLATED", "journal", "NIVEL_JOURNAL", "off")))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("NIVEL_WRITES_WHEN_ISOLATED");
    }
  }

  @Nested
  class WritesToTheJournal {
    private EngineFixture isolated() {
      EngineFixture nivel = node("NIVEL_WRITES_WHEN_ISOLATED", "journal");
      nivel.call.put("slots", json("\"before\""));
      nivel.call.append(json("\"before\""));
      nivel.engine.sync().runForced();
      nivel.call.all();
      passAMinute(nivel);
      takeBothOut(nivel);
      return nivel;
    }

    @Test
    void areAcknowledgedAsBeingThereAndSeenByThisNode() {
      EngineFixture nivel = isolated();
      nivel.pass(Duration.ofMinutes(6)); // memory and outbox hold it past its freshness
      assertThat(nivel.call.put("slots", json("\"meanwhile\"")).durability())
          .isEqualTo(Set.of(Durability.JOURNAL));
      assertThat(nivel.call.append(json("\"meanwhile\"")).durability())
          .isEqualTo(Set.of(Durability.JOURNAL));
      Answer answer = nivel.call.read("slots");
      assertThat(answer.entry().orElseThrow().value()).isEqualTo(json("\"meanwhile\""));
      assertThat(answer.isStale()).isTrue();
      assertThat(log(nivel)).containsExactly(json("\"before\""), json("\"meanwhile\""));
      nivel.call.delete("slots");
      assertThat(nivel.call.get("slots")).isEmpty();
      assertThat(nivel.call.all().entries()).isEmpty();
    }

    @Test
    void areAcknowledgedAlsoWhileSupabaseIsReadOnly() {
      EngineFixture nivel = node("NIVEL_WRITES_WHEN_ISOLATED", "journal");
      nivel.call.append(json("\"before\""));
      nivel.engine.sync().runForced();
      nivel.openRedisBreaker();
      nivel.l3.beforeCommit = () -> {
        throw UnavailableException.readOnly("the disk is full");
      };
      assertThatThrownBy(() -> nivel.call.append(json("1"))).hasMessageContaining("disk is full");
      assertThat(nivel.call.append(json("2")).durability()).isEqualTo(Set.of(Durability.JOURNAL));
      assertThat(log(nivel)).containsExactly(json("\"before\""), json("2"));
      nivel.healRedis();
      assertThat(log(nivel)).containsExactly(json("\"before\""), json("2"));
      nivel.engine.sync().runForced();
      assertThat(nivel.ledger().pending()).isZero();
    }

    @Test
    void goToSupabaseWhenItReturnsFirst() { // I1, I2
      EngineFixture nivel = isolated();
      nivel.call.append(List.of(json("1"), json("2")));
      nivel.call.append(json("3"));
      healSupabase(nivel);
      assertThat(log(nivel)).containsExactly(json("\"before\""), json("1"), json("2"), json("3"));
      nivel.engine.sync().runInBackground();
      assertThat(nivel.ledger().pending()).isZero();
      nivel.healRedis();
      nivel.engine.levels().l1().expire();
      assertThat(log(nivel)).containsExactly(json("\"before\""), json("1"), json("2"), json("3"));
    }

    @Test
    void goToRedisWhenItReturnsFirst() { // I1, I4
      EngineFixture nivel = isolated();
      nivel.call.put("slots", json("\"meanwhile\""));
      nivel.healRedis();
      assertThat(nivel.engine.health().mode()).isEqualTo(Mode.BUFFERING);
      assertThat(nivel.l2.unsynced(ID)).hasSize(1);
      healSupabase(nivel);
      nivel.engine.sync().runForced();
      assertThat(nivel.l3.entry(ID, "slots").orElseThrow().value())
          .isEqualTo(json("\"meanwhile\""));
    }

    @Test
    void thatATrialOfRedisMissedAreOfferedByTheNextHeartbeat() {
      EngineFixture nivel = isolated();
      nivel.l2.isOut = false;
      nivel.pass(Duration.ofSeconds(31));
      nivel.engine.health().redis().tryToClose(call -> {}, () -> {
        nivel.engine.health().offerDue(false); // the offer is over
        nivel.call.put("slots", json("\"late\""));
      });
      assertThat(nivel.l2.unsynced(ID)).isEmpty();
      nivel.engine.recovery().tendRedis();
      assertThat(nivel.l2.unsynced(ID)).hasSize(1);
    }

    @Test
    void outliveACrashOfTheNode() { // I1
      EngineFixture nivel = isolated();
      nivel.call.append(List.of(json("1"), json("2")));
      nivel.call.put("slots", json("\"meanwhile\""));
      nivel.l3.isOut = false;
      nivel.l2.isOut = false;
      EngineFixture again = nivel.crashedAndStartedAgain();
      again.engine.sync().judgeReplays(Duration.ofSeconds(1));
      assertThat(log(again)).containsExactly(json("\"before\""), json("1"), json("2"));
      assertThat(again.call.get("slots").orElseThrow().value())
          .isEqualTo(json("\"meanwhile\""));
      assertThat(again.ledger().replayed()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void neverReplaceWhatAnotherNodeWroteLater() { // I2
      EngineFixture nivel = isolated();
      nivel.call.put("slots", json("\"meanwhile\""));
      nivel.l3.isOut = false;
      nivel.l2.isOut = false;
      nivel.pass(Duration.ofSeconds(1));
      EngineFixture other = nivel.another(directory.resolve("other"));
      other.call.put("slots", json("\"later\""));
      other.engine.sync().runInBackground();
      healSupabase(nivel);
      nivel.healRedis();
      nivel.engine.sync().runForced();
      assertThat(nivel.call.get("slots").orElseThrow().value()).isEqualTo(json("\"later\""));
      assertThat(nivel.l3.entry(ID, "slots").orElseThrow().value()).isEqualTo(json("\"later\""));
    }
  }
}
