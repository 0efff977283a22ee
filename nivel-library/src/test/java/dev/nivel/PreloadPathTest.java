package dev.nivel;

import dev.nivel.PreloadJob.State;
import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static dev.nivel.EngineFixture.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PreloadPathTest {
  private EngineFixture nivel;

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory, "REDIS_L1_CACHE_SIZE", "10");
  }

  private PreloadReport preload(String id) {
    return nivel.engine.preloads().preload(List.of(id)).get(0);
  }

  private void storeAndForget(String id) {
    nivel.conversation(id).append(turns(3));
    nivel.conversation(id).put("slots", json("1"));
    nivel.engine.sync().runForced();
    nivel.l2.loseEverything();
    nivel.engine.levels().l1().expire();
  }

  @Test
  void bringsAConversationFromL3ToL2AndL1() {
    storeAndForget(ID);
    PreloadReport report = preload(ID);
    assertThat(report.source()).isEqualTo(Level.L3);
    assertThat(report.isFound()).isTrue();
    assertThat(report.isInL1()).isTrue();
    assertThat(report.entries()).isEqualTo(1);
    assertThat(report.items()).isEqualTo(3);
    assertThat(nivel.call.last(3).level()).isEqualTo(Level.L1);
    assertThat(nivel.l2.conversation(ID).isComplete()).isTrue();
    assertThat(preload(ID).source()).isEqualTo(Level.L1);
    nivel.engine.levels().l1().expire();
    assertThat(preload(ID).source()).isEqualTo(Level.L2);
  }

  @Test
  void findsWhatIsUnsyncedYet() {
    nivel.call.append(turns(2));
    nivel.engine.levels().l1().expire();
    assertThat(preload(ID).items()).isEqualTo(2);
    assertThat(nivel.call.last(5).items()).hasSize(2);
  }

  @Test
  void saysThatAConversationIsUnknown() {
    assertThat(preload("nobody").isFound()).isFalse();
  }

  @Test
  void leavesTheRightToFillToOthersWhereItFillsNothing() {
    preload("nobody");
    assertThat(nivel.l2.beginFill("nobody")).isPresent();
    nivel.l3.isOut = true;
    assertThatThrownBy(() -> preload(ID)).isInstanceOf(UnavailableException.class);
    assertThat(nivel.l2.beginFill(ID)).isPresent();
  }

  private int readingsOfL3(int conversations, int bytes) {
    List<String> ids = ids(conversations);
    Value value = json("\"" + "x".repeat(bytes) + "\"");
    ids.forEach(id -> nivel.conversation(id).put("slots", value));
    nivel.engine.sync().runForced();
    nivel.l2.loseEverything();
    nivel.engine.levels().l1().expire();
    int before = nivel.l3.calls.get();
    assertThat(nivel.engine.preloads().preload(ids)).hasSize(conversations)
        .allMatch(PreloadReport::isFound);
    ids.forEach(id -> assertThat(nivel.l2.conversation(id).isComplete()).isTrue());
    return nivel.l3.calls.get() - before;
  }

  @Test
  void readsManyFromL3InOneStatement() {
    assertThat(readingsOfL3(25, 1)).isEqualTo(1);
  }

  @Test
  void takesMoreAtATimeWhereConversationsAreShort() {
    assertThat(readingsOfL3(25 + 400 + 75, 1)).as("25, four of 100, 75").isEqualTo(1 + 4 + 1);
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "call-" + i).toList();
  }

  @Test
  void beginsWithWhatThePreloadBeforeHasLearned() {
    readingsOfL3(25, 1);
    assertThat(readingsOfL3(99, 1)).isEqualTo(1);
    readingsOfL3(25, 300_000);
    assertThat(readingsOfL3(6, 300_000)).isEqualTo(2);
    assertThat(readingsOfL3(6, 1)).as("of fewer than 25 it learns nothing").isEqualTo(2);
  }

  @Test
  void takesFewerAtATimeWhereConversationsAreLong() {
    assertThat(readingsOfL3(35, 300_000)).isEqualTo(1 + 4);
  }

  @Test
  void bringsNoMoreThanAMegabyteToL2AtATime() {
    int bytes = 300_000;
    readingsOfL3(25, bytes);
    assertThat(fillingMax()).as("up to a megabyte, and the conversation that goes beyond it")
        .isBetween(Portions.BYTES, Portions.BYTES + 2L * bytes);
    assertThat(nivel.l2.fillings).hasSizeGreaterThan(3);
    readingsOfL3(25, 1);
    nivel.l2.fillings.clear();
    readingsOfL3(100, bytes);
    assertThat(fillingMax()).as("of each of two portions, half of it and such a conversation")
        .isLessThan(Portions.BYTES);
  }

  private long fillingMax() {
    return nivel.l2.fillings.stream()
        .mapToLong(together -> together.stream().mapToLong(Portions::bytes).sum())
        .max()
        .orElseThrow();
  }

  @Test
  void asksForRightsWithTheLookWhereThePreloadBeforeFoundLittleInRedis() {
    readingsOfL3(25, 1);
    assertThat(nivel.l2.looks).as("nothing is known yet").hasValue(0);
    readingsOfL3(25, 1);
    assertThat(nivel.l2.looks).hasValue(1);
    List<String> ids = ids(25);
    nivel.engine.levels().l1().expire();
    nivel.engine.preloads().preload(ids);
    ids.forEach(id -> assertThat(nivel.l2.beginFill(id)).as("given back").isPresent());
    nivel.engine.levels().l1().expire();
    nivel.engine.preloads().preload(ids);
    assertThat(nivel.l2.looks).as("the last one found all in Redis").hasValue(2);
  }

  @Test
  void storesNothingThatWasReadBeforeAWriteOfAnotherNode() {
    assertNothingOutdatedIsStored();
    assertThat(nivel.l2.looks).hasValue(0);
    readingsOfL3(25, 1);
    assertNothingOutdatedIsStored();
    assertThat(nivel.l2.looks).as("with the rights").hasValue(1);
  }

  private void assertNothingOutdatedIsStored() {
    storeAndForget(ID);
    Entry written = Entry.of("other", Stamp.at(nivel.time.millis(), 9), json("2"));
    nivel.l3.beforeReply = () -> nivel.l2.write(ID, List.of(written), Condition.NONE);
    preload(ID);
    nivel.l3.beforeReply = () -> {};
    assertThat(nivel.l2.conversation(ID).isComplete()).isFalse();
  }

  @Test
  void evictsNoConversationThatWasUsedWithinTheLastMinute() {
    storeAndForget(ID);
    for (int i = 0; i < 10; i++) {
      nivel.conversation("busy-" + i).put("slots", json("1"));
    }
    assertThat(preload(ID).isInL1()).isFalse();
    assertThat(nivel.engine.metrics().l1Size().evictions()).isZero();
    assertThat(nivel.l2.conversation(ID).isComplete()).isTrue();
    nivel.pass(Duration.ofSeconds(61));
    assertThat(preload(ID).isInL1()).isTrue();
  }

  @Test
  void leavesNothingInL1ThatRedisWasNotAskedFor() {
    storeAndForget(ID);
    nivel.l2.failOnce = true;
    PreloadReport report = preload(ID);
    assertThat(report.isFound()).isTrue();
    assertThat(report.isInL1()).isFalse();
    assertThat(preload(ID).isInL1()).isTrue();
  }

  @Test
  void waitsForItsTime() {
    storeAndForget(ID);
    PreloadJobs jobs = nivel.engine.preloadJobs();
    Instant at = Instant.ofEpochMilli(nivel.time.millis()).plusSeconds(60);
    PreloadJob job = jobs.schedule(List.of(ID), at);
    PreloadJob cancelled = jobs.schedule(List.of(ID), at);
    assertThat(jobs.cancel(cancelled.id()).orElseThrow().state()).isEqualTo(State.CANCELLED);
    jobs.runDue();
    assertThat(jobs.find(job.id()).orElseThrow().state()).isEqualTo(State.WAITING);
    nivel.pass(Duration.ofSeconds(60));
    jobs.runDue();
    PreloadJob done = jobs.find(job.id()).orElseThrow();
    assertThat(done.state()).isEqualTo(State.DONE);
    assertThat(done.reports()).singleElement().extracting(PreloadReport::isInL1).isEqualTo(true);
    assertThat(jobs.find(cancelled.id()).orElseThrow().state()).isEqualTo(State.CANCELLED);
    assertThat(jobs.find("nobody")).isEmpty();
  }

  @Test
  void failsAsAJobWhenTheLevelsFail() {
    PreloadJobs jobs = nivel.engine.preloadJobs();
    PreloadJob job = jobs.schedule(List.of(ID), Instant.ofEpochMilli(nivel.time.millis()));
    nivel.l3.isOut = true;
    jobs.runDue();
    assertThat(jobs.find(job.id()).orElseThrow().state()).isEqualTo(State.FAILED);
  }
}
