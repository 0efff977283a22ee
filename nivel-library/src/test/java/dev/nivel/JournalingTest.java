package dev.nivel;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Entry;
import dev.nivel.store.Item;
import dev.nivel.store.RejectedException;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static dev.nivel.EngineFixture.turns;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JournalingTest {
  private static final WriteOptions KEYED = WriteOptions.DEFAULT.idempotent("a-key");

  @TempDir private Path directory;
  private EngineFixture nivel;

  @BeforeEach
  void open() {
    nivel = new EngineFixture(directory);
  }

  private static void turn(EngineFixture of) {
    of.engine.levels().journaling().turn();
  }

  private boolean isInAFile(String text) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("journal"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), ISO_8859_1).contains(text)) {
          return true;
        }
      }
    }
    return false;
  }

  @Nested
  class AfterACrashInWhichRedisLostEverything {
    private List<Item> before = List.of();
    private EngineFixture next = nivel;

    private void crash() {
      before = nivel.call.last(100).items();
      nivel.l2.loseEverything();
      next = nivel.crashedAndStartedAgain();
    }

    @Test
    void everythingAcknowledgedReachesL3() { // I1
      nivel.call.append(turns(50));
      nivel.call.put("slots", json("1"));
      nivel.call.put("slots", json("2"));
      crash();
      next.engine.sync().judgeReplays(Duration.ofSeconds(30));
      assertThat(next.call.last(100).items()).isEqualTo(before);
      assertThat(next.call.get("slots").orElseThrow().value()).isEqualTo(json("2"));
      assertThat(next.ledger().replayed()).isEqualTo(52);
      assertThat(next.ledger().coalesced()).isEqualTo(1);
      assertThat(next.ledger().synced()).isEqualTo(51);
    }

    @Test
    void answersSayThatTheyMayBeStaleUntilL3HasJudged() { // I4
      nivel.call.put("slots", json("1"));
      nivel.engine.sync().runForced();
      nivel.call.put("slots", json("2"));
      crash();
      assertThat(next.call.read("slots").isStale()).isTrue();
      next.engine.sync().judgeReplays(Duration.ofSeconds(30));
      assertThat(next.call.read("slots").isStale()).isFalse();
      assertThat(next.call.get("slots").orElseThrow().value()).isEqualTo(json("2"));
    }

    @Test
    void itWaitsForL3IfThatIsOutToo() {
      nivel.call.append(turns(5));
      nivel.l3.isOut = true;
      crash();
      next.engine.sync().judgeReplays(Duration.ofSeconds(30));
      assertThat(next.ledger().pending()).isEqualTo(5);
      EngineFixture third = next.crashedAndStartedAgain();
      nivel.l3.isOut = false;
      third.engine.sync().judgeReplays(Duration.ofSeconds(30));
      assertThat(third.call.last(10).items()).isEqualTo(before);
    }

    @Test
    void anAppendIsKnownByItsKeyAndNotRepeated() { // I7
      Receipt first = nivel.call.append(turns(3), KEYED);
      crash();
      next.engine.sync().judgeReplays(Duration.ofSeconds(30));
      assertThat(next.ledger().synced()).isEqualTo(4);
      assertThat(next.call.append(turns(3), KEYED).stamps()).isEqualTo(first.stamps());
      assertThat(next.call.last(10).items()).isEqualTo(before);
      next.pass(Duration.ofMinutes(2)); // the outbox has forgotten it
      next.l2.loseEverything();
      assertThat(next.call.append(turns(3), KEYED).stamps()).isEqualTo(first.stamps());
      assertThat(next.inL3()).hasSize(4);
    }

    @Test
    void anAppendIsNotRepeatedBeforeL3HasJudgedItsKey() { // I7
      Receipt first = nivel.call.append(turns(3), KEYED);
      nivel.l3.isOut = true;
      crash();
      assertThatThrownBy(() -> next.call.append(turns(3), KEYED))
          .isInstanceOf(UnavailableException.class);
      next.l3.isOut = false;
      assertThat(next.call.append(turns(3), KEYED).stamps()).isEqualTo(first.stamps());
      assertThat(next.call.last(10).items()).isEqualTo(before);
    }

    @Test
    void aConditionIsNotJudgedBeforeL3HasJudgedWhatWasThere() {
      nivel.call.put("slots", json("1"));
      nivel.l3.isOut = true;
      crash();
      nivel.l3.isOut = false;
      assertThatThrownBy(
          () -> next.call.put("slots", json("2"), WriteOptions.DEFAULT.ifAbsent()))
          .isInstanceOf(RejectedException.class);
      assertThat(next.call.get("slots").orElseThrow().value()).isEqualTo(json("1"));
    }

    @Test
    void whatWasErasedByAnotherNodeMeanwhileDoesNotComeBack() { // I5
      nivel.call.append(turns(5));
      nivel.l3.erase(ID, nivel.engine.levels().outbox().allPending().get(4).stamp().next(9));
      crash();
      assertThat(next.call.last(10).items()).isEmpty();
      next.engine.sync().judgeReplays(Duration.ofSeconds(30));
      next.engine.recovery().offerSoon();
      next.engine.recovery().tendRedis();
      assertThat(next.call.last(10).items()).isEmpty();
      assertThat(next.inL3()).isEmpty();
    }
  }

  @Nested
  class TheFiles {
    @Test
    void holdNothingOnceAllOfItIsInL3ForAMinute() throws IOException {
      nivel.call.put("slots", json("\"unmistakable\""));
      assertThat(isInAFile("unmistakable")).isTrue();
      nivel.engine.sync().runForced();
      nivel.pass(Duration.ofSeconds(61));
      turn(nivel);
      assertThat(nivel.engine.metrics().journal().live()).isZero();
      assertThat(nivel.crashedAndStartedAgain().ledger().replayed()).isZero();
    }

    @Test
    void holdNothingOfAConversationThatWasErased() throws IOException { // I12
      nivel.call.put("slots", json("\"unmistakable\""));
      nivel.conversation("other").put("slots", json("\"kept\""));
      assertThat(nivel.call.erase().isComplete()).isTrue();
      assertThat(isInAFile("unmistakable")).isFalse();
      assertThat(isInAFile("kept")).isTrue();
    }
  }

  @Nested
  class WhatTheJournalLacks {
    @Test
    void isThereAfterTheNextTurn() throws IOException { // I1
      Entry adopted = Entry.of("slots", Stamp.at(nivel.time.millis(), 9), json("\"adopted\""));
      nivel.engine.levels().outbox().adopt(new Write(ID, adopted));
      assertThat(isInAFile("adopted")).isFalse();
      turn(nivel);
      assertThat(isInAFile("adopted")).isTrue();
    }

    @Test
    void isThereAgainAfterAFileWasFoundDamaged() throws IOException { // I1
      nivel.call.put("slots", json("\"erased\""));
      nivel.conversation("other").put("slots", json("\"unmistakable\""));
      damage("unmistakable");
      assertThat(nivel.call.erase().isComplete()).isTrue();
      assertThat(isInAFile("unmistakable")).isFalse();
      turn(nivel);
      assertThat(isInAFile("unmistakable")).isTrue();
    }

    private void damage(String text) throws IOException {
      try (Stream<Path> files = Files.walk(directory.resolve("journal"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".segment")).toList()) {
          String all = new String(Files.readAllBytes(file), ISO_8859_1);
          Files.write(file, all.replace(text, "x".repeat(text.length())).getBytes(ISO_8859_1));
        }
      }
    }
  }

  @Nested
  class ThatCanNotBeWritten {
    private EngineFixture broken(String mode) throws IOException {
      Path other = Files.createDirectory(directory.resolve("other"));
      Files.writeString(other.resolve("journal"), "a file where the directory should be");
      return new EngineFixture(other, "NIVEL_JOURNAL", mode);
    }

    @Test
    void isNotClaimedByAnAcknowledgement() throws IOException {
      EngineFixture without = broken("on");
      assertThat(without.call.put("slots", json("1")).durability())
          .containsExactly(Durability.REDIS);
      assertThat(without.engine.metrics().journal().isWritable()).isFalse();
      assertThat(without.engine.metrics().journal().reason()).contains("journal");
    }

    @Test
    void isSaidAtTheStartIfItIsRequired() {
      assertThatThrownBy(() -> broken("required")).isInstanceOf(ConfigurationException.class);
    }

    private static void fill(EngineFixture of, Consumer<Receipt> eachWrite) {
      String longText = "\"" + "x".repeat(1_000_000) + "\"";
      for (int i = 0; i < 100; i++) {
        eachWrite.accept(of.call.put("e" + i, json(longText)));
      }
    }

    private EngineFixture small(String mode) {
      return new EngineFixture(directory.resolve("small"), "NIVEL_JOURNAL", mode,
          "NIVEL_JOURNAL_BYTES", Long.toString(64L << 20), "NIVEL_OUTBOX_BYTES",
          Long.toString(1L << 30));
    }

    @Test
    void refusesWritesOverItsBoundIfItIsRequired() {
      EngineFixture small = small("required");
      assertThatThrownBy(() -> fill(small, receipt -> {}))
          .asInstanceOf(InstanceOfAssertFactories.type(UnavailableException.class))
          .extracting(UnavailableException::outcome)
          .isEqualTo(UnavailableException.Outcome.UNKNOWN);
    }

    /** Seed 349: Redis showed it, and when Redis was slow it was gone. */
    @Test
    void hidesNothingOfUnknownOutcomeThatRedisShows() { // I4
      EngineFixture small = small("required");
      assertThatThrownBy(() -> fill(small, receipt -> {}))
          .isInstanceOf(UnavailableException.class);
      Set<String> shown = small.call.all().entries().keySet();
      small.openRedisBreaker();
      small.engine.levels().l1().expire();
      assertThat(small.call.all().entries().keySet()).isEqualTo(shown);
    }

    @Test
    void isNotClaimedOverItsBoundIfItIsNotRequired() {
      List<Set<Durability>> said = new ArrayList<>();
      fill(small("on"), receipt -> said.add(receipt.durability()));
      assertThat(said).startsWith(Set.of(Durability.REDIS, Durability.JOURNAL))
          .endsWith(Set.of(Durability.REDIS));
    }
  }

  @Test
  void switchedOffClaimsNothingAndKeepsNothing() {
    EngineFixture off = new EngineFixture(directory.resolve("off"), "NIVEL_JOURNAL", "off");
    assertThat(off.call.put("slots", json("1")).durability()).containsExactly(Durability.REDIS);
    assertThat(directory.resolve("off").resolve("journal")).doesNotExist();
  }
}
