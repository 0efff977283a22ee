package dev.nivel;

import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.isClosingASubtask;
import static dev.nivel.EngineFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Portions of a preload that are on their way together. */
class PreloadTogetherTest {
  @TempDir private Path directory;
  private EngineFixture nivel;
  private final AtomicInteger reading = new AtomicInteger();

  @BeforeEach
  void open() {
    open(8);
  }

  /** A node that has learned that conversations are short. */
  private void open(int loadsMax) {
    nivel = new EngineFixture(directory.resolve("loads-" + loadsMax), "NIVEL_L3_LOADS_MAX",
        Integer.toString(loadsMax));
    preload(25);
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "call-" + i).toList();
  }

  private List<PreloadReport> preload(int count) {
    return nivel.engine.preloads().preload(ids(count));
  }

  private static boolean isWorker() {
    return Thread.currentThread().getName().equals("nivel-preload-worker");
  }

  @Test
  void areFour() {
    assertAreTogether(8, 4);
  }

  @Test
  void areTwoWhereLoadsAreFew() {
    assertAreTogether(4, 2);
  }

  private void assertAreTogether(int loadsMax, int count) {
    open(loadsMax);
    nivel.l3.beforeReply = () -> {
      reading.incrementAndGet();
      await().until(() -> reading.get() >= count);
    };
    List<String> ids = ids(100 * count);
    assertThat(nivel.engine.preloads().preload(ids)).extracting(PreloadReport::conversation)
        .isEqualTo(ids);
    assertThat(reading).hasValue(count);
  }

  @Test
  void areOneAfterAnotherWhereLoadsAreFewer() {
    for (int loadsMax : new int[]{1, 2, 3}) {
      open(loadsMax);
      reading.set(0);
      nivel.l3.beforeReply = () -> {
        assertThat(isWorker()).isFalse();
        reading.incrementAndGet();
      };
      assertThat(preload(100 + 99)).extracting(PreloadReport::conversation).isEqualTo(ids(199));
      assertThat(reading).hasValue(2);
    }
  }

  @Test
  void doNotBeginAfterTheDeadline() { // I8
    open(1);
    nivel.l3.beforeReply = () -> {
      reading.incrementAndGet();
      nivel.pass(Duration.ofSeconds(11));
    };
    assertThatThrownBy(() -> preload(400)).isInstanceOf(UnavailableException.class)
        .hasMessageContaining("10000 ms");
    assertThat(reading).hasValue(1);
  }

  @Test
  void doNotBeginAfterOneHasFailed() {
    open(1);
    nivel.l3.beforeReply = () -> {
      reading.incrementAndGet();
      throw new UnavailableException("out");
    };
    assertThatThrownBy(() -> preload(400)).isInstanceOf(UnavailableException.class);
    assertThat(reading).hasValue(1);
  }

  @Test
  void failTogether() {
    nivel.l3.beforeReply = () -> {
      if (isWorker()) {
        throw new UnavailableException("one portion");
      }
    };
    assertThatThrownBy(() -> preload(100)).isInstanceOf(UnavailableException.class)
        .hasMessageContaining("one portion");
    ids(100).forEach(id -> assertThat(nivel.l2.beginFill(id)).as("given back").isPresent());
  }

  @Test
  void areWaitedForWhenOneHasFailed() {
    Thread caller = Thread.currentThread();
    CountDownLatch isReading = new CountDownLatch(1);
    AtomicBoolean isWaitedFor = new AtomicBoolean();
    nivel.l3.beforeReply = () -> {
      if (isWorker()) {
        isReading.countDown();
        await().until(() -> isClosingASubtask(caller));
        isWaitedFor.set(true);
      } else {
        await().until(() -> isReading.getCount() == 0);
        throw new UnavailableException("another portion");
      }
    };
    assertThatThrownBy(() -> preload(100)).isInstanceOf(UnavailableException.class)
        .hasMessageContaining("another portion");
    assertThat(isWaitedFor).isTrue();
  }

  @Test
  void storeNothingThatWasReadBeforeAWriteOfAnotherNode() { // I2
    List<String> ids = ids(100);
    ids.forEach(id -> nivel.conversation(id).put("slots", json("1")));
    nivel.engine.sync().runForced();
    nivel.l2.loseEverything();
    nivel.engine.levels().l1().expire();
    Entry written = Entry.of("other", Stamp.at(nivel.time.millis(), 9), json("2"));
    nivel.l3.beforeReply = () -> {
      if (isWorker()) {
        nivel.l2.write(ids.get(0), List.of(written), Condition.NONE);
      }
    };
    nivel.engine.preloads().preload(ids);
    assertThat(nivel.l2.conversation(ids.get(0)).isComplete()).isFalse();
    assertThat(nivel.l2.conversation(ids.get(1)).isComplete()).isTrue();
  }
}
