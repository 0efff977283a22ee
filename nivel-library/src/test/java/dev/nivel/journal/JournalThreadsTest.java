package dev.nivel.journal;

import dev.nivel.store.Field;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.journal.JournalFixture.ID;
import static dev.nivel.journal.JournalFixture.SEGMENT_BYTES;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Many callers at once, and callers that are interrupted. */
class JournalThreadsTest {
  private static final int THREADS = 8;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS + 2);
  @TempDir Path directory;
  private JournalFixture fixture;
  private final Semaphore gate = new Semaphore(0);

  @BeforeEach
  void prepare() {
    fixture = new JournalFixture(directory);
  }

  @AfterEach
  void close() {
    fixture.disk.forceGate = null;
    gate.release(100);
    threads.shutdownNow();
    fixture.close();
  }

  /** Has one thread fsync while the others have written and wait. */
  private List<Future<Place>> appendWhileAnFsyncRuns(Journal journal) {
    fixture.disk.forceGate = gate;
    List<Future<Place>> appends = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      List<Field> fields = List.of(item(i + 1, "a"));
      appends.add(threads.submit(() -> journal.append(ID, fields)));
      await().until(gate::hasQueuedThreads);
    }
    await().until(() -> journal.counts().appended() == THREADS);
    return appends;
  }

  @Test
  void sharesOneFsyncAmongThoseThatCameWhileAnotherRan() throws Exception {
    Journal journal = fixture.open(FsyncPolicy.ALWAYS);
    List<Future<Place>> appends = appendWhileAnFsyncRuns(journal);
    assertThat(appends).noneMatch(Future::isDone);
    gate.release(2);
    for (Future<Place> append : appends) {
      append.get();
    }
    assertThat(fixture.disk.forces()).isEqualTo(2);
    assertThat(gate.availablePermits()).isZero();
    gate.release(100);
    fixture.reopen();
    assertThat(fixture.replayed).hasSize(THREADS);
  }

  @Test
  void failsAllWhoWaitForAnFsyncThatFails() {
    Journal journal = fixture.open(FsyncPolicy.ALWAYS);
    List<Future<Place>> appends = appendWhileAnFsyncRuns(journal);
    fixture.disk.isForceFailing = true;
    gate.release(100);
    for (Future<Place> append : appends) {
      assertThatThrownBy(append::get).hasCauseInstanceOf(UnavailableException.class);
    }
    assertThat(journal.counts().fsyncFailures()).isEqualTo(1);
    assertThat(journal.counts().live()).isZero();
    fixture.disk.isForceFailing = false;
    journal.append(ID, List.of(item(99, "goes on")));
  }

  @Test
  void isNotBrokenByInterruptedCallers() {
    try (Journal journal = Journal.open(new JournalSettings(directory, FsyncPolicy.ALWAYS,
        SEGMENT_BYTES, 64 * SEGMENT_BYTES), Time.SYSTEM)) {
      journal.replay((conversation, field, place) -> {});
      Thread.currentThread().interrupt();
      for (int i = 1; i < 40; i++) { // over several segments
        journal.release(journal.append(ID, List.of(item(i, "x".repeat(2_000)))), 1);
        journal.append("call-2", List.of(item(i, "a")));
      }
      journal.flush();
      journal.erase(ID, stamp(20));
      assertThat(Thread.interrupted()).as("the interrupt is still there").isTrue();
      journal.append("call-2", List.of(item(100, "b")));
      journal.flush();
      assertThat(journal.counts().isWritable()).isTrue();
      assertThat(journal.counts().fsyncFailures()).isZero();
    }
    Thread.currentThread().interrupt();
    assertThat(Thread.interrupted()).isTrue();
    fixture.open(FsyncPolicy.OS);
    assertThat(fixture.replayed.stream().filter(write -> write.conversation().equals("call-2")))
        .hasSize(40);
  }

  /** What a writer has appended and not released. */
  private record Held(String conversation, Field field, Place place) {}

  /** Appends, releases every second, and returns what is live in the end. */
  private List<Held> write(Journal journal, int writer) {
    List<Held> held = new ArrayList<>();
    for (int i = 1; i <= 400; i++) {
      String conversation = "writer-" + writer + "-" + i % 10;
      List<Field> fields = List.of(item(i, conversation + " says " + i + " ".repeat(200)));
      Place place = journal.append(conversation, fields);
      if (i % 2 == 0) {
        journal.release(place, 1);
      } else {
        held.add(new Held(conversation, fields.get(0), place));
      }
    }
    return held;
  }

  @Test
  void keepsTrackUnderAppendsReleasesFlushesAndErasuresAtOnce() throws Exception {
    Journal journal = fixture.open(new JournalSettings(directory, FsyncPolicy.ALWAYS,
        SEGMENT_BYTES, 1_000 * SEGMENT_BYTES));
    Queue<String> erased = new ConcurrentLinkedQueue<>();
    List<Callable<List<Held>>> writers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int writer = i;
      writers.add(() -> write(journal, writer));
    }
    Future<?> eraser = threads.submit(() -> {
      for (int i = 0; i < 40; i++) {
        String conversation = "writer-" + i % THREADS + "-" + i / THREADS;
        journal.erase(conversation, stamp(1_000));
        erased.add(conversation);
        journal.flush();
      }
    });
    List<Held> held = new ArrayList<>();
    for (Future<List<Held>> writer : threads.invokeAll(writers)) {
      held.addAll(writer.get());
    }
    eraser.get();
    assertThat(journal.counts().live()).isEqualTo(held.size());
    assertThat(erased).hasSize(40)
        .noneMatch(conversation -> fixture.isAnywhere(conversation + " says"));
    List<Field> expected = held.stream()
        .filter(each -> !erased.contains(each.conversation()))
        .map(Held::field)
        .toList();
    fixture.reopen();
    assertThat(fixture.replayedFields()).containsAll(expected);
    assertThat(fixture.report().damages()).isEmpty();
  }
}
