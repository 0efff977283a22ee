package dev.nivel;

import dev.nivel.store.FakeTime;
import dev.nivel.store.Stamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StampClockTest {
  private final FakeTime time = new FakeTime();
  private final StampClock clock = new StampClock(time::millis, () -> 5);

  @Test
  void givesTheTimeAndTheNode() {
    Stamp stamp = clock.next("call");
    assertThat(stamp.millis()).isEqualTo(time.millis());
    assertThat(stamp.node()).isEqualTo(5);
  }

  @Test
  void givesNewerStampsWithinAMillisecondAndWhenTheTimeGoesBack() {
    Stamp before = clock.next("call");
    for (int i = 0; i < 1_000; i++) {
      Stamp stamp = clock.next("call");
      assertThat(stamp.isNewerThan(before)).isTrue();
      before = stamp;
    }
    time.pass(Duration.ofSeconds(-5));
    assertThat(clock.next("call").isNewerThan(before)).isTrue();
  }

  @Test
  void isNeverBelowWhatItHasSeen() { // I2
    Stamp seen = Stamp.at(time.millis() + 10_000, 63);
    clock.observe("call", seen);
    assertThat(clock.next("call").isNewerThan(seen)).isTrue();
    assertThat(clock.next("call").millis()).isLessThanOrEqualTo(time.millis() + 10_001);
  }

  @Test
  void givesEachStampOnceToWhomeverAsks() throws InterruptedException {
    ConcurrentLinkedQueue<Stamp> given = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread thread = new Thread(() -> {
        for (int i = 0; i < 2_000; i++) {
          given.addAll(clock.next("call", 3));
        }
      });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Set<Stamp> distinct = new HashSet<>(given);
    assertThat(distinct).hasSize(24_000);
  }
}
