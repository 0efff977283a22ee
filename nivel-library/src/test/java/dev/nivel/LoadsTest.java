package dev.nivel;

import dev.nivel.store.Entry;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.Write;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

/** How many loads reach L3: few at a time, and one for all who want the same. */
class LoadsTest {
  private static final int CALLERS = 60;

  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
  private EngineFixture nivel;

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory, "NIVEL_L3_LOADS_MAX", "4");
  }

  @AfterEach
  void close() {
    callers.shutdownNow();
  }

  private void store(String conversation, int items) {
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      Stamp stamp = Stamp.at(nivel.time.millis() - items + i, 9);
      writes.add(new Write(conversation, new Item(stamp, json("{}"))));
    }
    writes.add(new Write(conversation,
        Entry.of("slots", Stamp.at(nivel.time.millis(), 9), json("1"))));
    nivel.l3.write(writes);
  }

  /** Runs work in all callers at a time; returns when all are done. */
  private void inAll(Consumer<Integer> work) throws Exception {
    CountDownLatch begin = new CountDownLatch(1);
    List<Future<?>> running = IntStream.range(0, CALLERS)
        .<Future<?>>mapToObj(
            i -> callers.submit(() -> {
              begin.await();
              work.accept(i);
              return null;
            }))
        .toList();
    begin.countDown();
    for (Future<?> one : running) {
      one.get(1, TimeUnit.MINUTES);
    }
  }

  @Nested
  class AtATime {
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /** Each load stays until as many others as may are there with it. */
    private void watch() {
      CountDownLatch full = new CountDownLatch(4);
      nivel.l3.beforeReply = () -> {
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        full.countDown();
        Awaitility.await().until(() -> full.getCount() == 0);
        now.decrementAndGet();
      };
    }

    private void readDifferentThings() throws Exception {
      for (int i = 0; i < CALLERS; i++) {
        store("c" + i, 1);
      }
      watch();
      inAll(i -> {
        Conversation one = nivel.conversation("c" + i);
        switch (i % 3) {
          case 0 -> one.get("slots");
          case 1 -> one.last(5);
          default -> nivel.engine.preloads().preload(List.of("c" + i));
        }
      });
    }

    @Test
    void areAsManyAsConfigured() throws Exception {
      readDifferentThings();
      assertThat(most).hasValue(4);
    }

    @Test
    void areNoMoreInBypass() throws Exception {
      nivel.openRedisBreaker();
      readDifferentThings();
      assertThat(most).hasValue(4);
    }
  }

  @Nested
  class OfTheSame {
    /** All callers want it before the first load ends; returns how often L3 was read. */
    private long loads(Consumer<Conversation> read) throws Exception {
      AtomicInteger asked = new AtomicInteger();
      nivel.l3.beforeReply = () -> Awaitility.await().until(() -> asked.get() == CALLERS);
      long before = nivel.engine.metrics().l3Loads();
      inAll(i -> {
        asked.incrementAndGet();
        read.accept(nivel.call);
      });
      return nivel.engine.metrics().l3Loads() - before;
    }

    @Test
    void areOneForAllWhoReadAnEntry() throws Exception {
      store(ID, 0);
      assertThat(loads(call -> assertThat(call.get("slots")).isPresent())).isEqualTo(1);
    }

    @Test
    void areOneForAllWhoReadItems() throws Exception {
      store(ID, 3);
      assertThat(loads(call -> assertThat(call.last(5).items()).hasSize(3))).isEqualTo(1);
    }

    /** Who asks a moment after that makes another one, for nobody keeps such a page. */
    @Test
    void areFewForAllWhoReadFurtherBackThanTheCachesKeep() throws Exception {
      store(ID, 300);
      nivel.call.last(5);
      assertThat(loads(call -> assertThat(call.last(300).items()).hasSize(300)))
          .isLessThanOrEqualTo(CALLERS / 6);
    }
  }

  /** Somebody asks L1 in vain, and is about to load when another one's load has just ended. */
  @Test
  void areNotMadeForOneWhoComesTooLateToShareOne() {
    store(ID, 3);
    Loader loader = nivel.engine.loader();
    loader.entry(ID, "slots", Deadline.NONE);
    loader.conversation(ID, Deadline.NONE);
    int l2Calls = nivel.l2.calls.get();
    int l3Calls = nivel.l3.calls.get();
    assertThat(loader.entry(ID, "slots", Deadline.NONE).level()).isEqualTo(Level.L1);
    assertThat(loader.conversation(ID, Deadline.NONE).level()).isEqualTo(Level.L1);
    assertThat(nivel.l2.calls).hasValue(l2Calls);
    assertThat(nivel.l3.calls).hasValue(l3Calls);
  }

  @Test
  void areMadeAnewForOneWhoComesWhileRedisIsOut() { // I4: L1 is not believed then
    store(ID, 3);
    Loader loader = nivel.engine.loader();
    loader.entry(ID, "slots", Deadline.NONE);
    nivel.openRedisBreaker();
    assertThat(loader.entry(ID, "slots", Deadline.NONE).level()).isEqualTo(Level.L3);
  }

}
