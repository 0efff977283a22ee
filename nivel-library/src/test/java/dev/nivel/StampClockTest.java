package dev.nivel;

import dev.nivel.store.FakeTime;
import dev.nivel.store.Stamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Nested;
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

  @Nested
  class WhenTheTimeWasFarAheadForAMoment {
    private final Stamp before = clock.next("call");

    private void jump() {
      time.pass(Duration.ofMinutes(10));
      clock.next("call", 3);
    }

    private void jumpBack(int minutes) {
      time.pass(Duration.ofMinutes(-minutes));
      clock.retreat("call", newestTaken());
    }

    private Stamp newestTaken() {
      return Stamp.at(time.millis() + Stamp.AHEAD_MAX.toMillis(), 0);
    }

    @Test
    void forgetsWhatNobodyAccepted() {
      jump();
      jumpBack(10);
      assertThat(clock.next("call").millis()).isEqualTo(time.millis());
    }

    @Test
    void givesNoStampTwice() { // I7
      Stamp last = clock.next("call");
      assertThat(last.isNewerThan(before)).isTrue();
      jump();
      jump();
      jumpBack(20);
      clock.retreat("call", newestTaken()); // of another writer
      assertThat(clock.next("call").isNewerThan(last)).isTrue();
      assertThat(clock.next("call").millis()).isEqualTo(time.millis());
    }

    @Test
    void forgetsWhatIsStoredThatFarAheadInAnotherConversationOfThePlace() {
      clock.observe("call", Stamp.at(time.millis() + 600_000, 9));
      clock.retreat("call", newestTaken());
      assertThat(clock.next("call").millis()).isEqualTo(time.millis());
    }
  }

  @Nested
  class WhenTheTimeIsFarAheadOfAStores {
    private final long storeMillis = time.millis();

    private void retreat() {
      time.pass(Duration.ofMinutes(10));
      clock.next("call");
      clock.retreat("call", Stamp.at(storeMillis + Stamp.AHEAD_MAX.toMillis(), 0));
    }

    @Test
    void givesTheTimeOfTheStore() {
      retreat();
      time.pass(Duration.ofSeconds(5));
      assertThat(clock.next("call").millis()).isEqualTo(storeMillis + 5_000);
      assertThat(clock.next("another").millis()).isEqualTo(storeMillis + 5_000);
    }

    @Test
    void givesTheTimeAgainWhenItWasSetRight() {
      retreat();
      time.pass(Duration.ofMinutes(-10));
      assertThat(clock.next("call").millis()).isEqualTo(time.millis());
      time.pass(Duration.ofMinutes(10));
      assertThat(clock.next("call").millis()).isEqualTo(time.millis());
    }

    @Test
    void asksTheStoreAgainAfterSomeSeconds() {
      retreat();
      time.pass(Duration.ofSeconds(11));
      assertThat(clock.next("call").millis()).isEqualTo(time.millis());
    }
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
