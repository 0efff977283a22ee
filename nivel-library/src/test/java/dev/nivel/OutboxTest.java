package dev.nivel;

import dev.nivel.store.FakeTime;
import dev.nivel.store.Field;
import dev.nivel.store.Write;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;

class OutboxTest {
  private static final String ID = "call-1";
  private final FakeTime time = new FakeTime();
  private final Outbox outbox = new Outbox(100_000, time);

  private List<Write> pending() {
    return outbox.allPending();
  }

  @Test
  void keepsTheNewestVersionInThePlaceOfTheFirst() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "1"), entry("y", 2, "2")));
    outbox.acknowledge(ID, List.of(entry("x", 3, "3")));
    assertThat(pending())
        .containsExactlyElementsOf(writes(ID, entry("x", 3, "3"), entry("y", 2, "2")));
    assertThat(outbox.counts().coalesced()).isEqualTo(1);
  }

  @Test
  void isNotConfusedByALateCommitOfAnOlderVersion() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "1")));
    Write inFlight = pending().get(0);
    outbox.acknowledge(ID, List.of(entry("x", 2, "2")));
    outbox.committed(inFlight, false);
    assertThat(pending()).hasSize(1);
    outbox.committed(pending().get(0), false);
    assertThat(pending()).isEmpty();
    assertThat(outbox.counts().synced()).isEqualTo(1);
    assertThat(outbox.counts().coalesced()).isEqualTo(1);
  }

  @Test
  void keepsWhatIsCommittedForAMinute() {
    outbox.acknowledge(ID, List.of(item(1, "a")));
    outbox.committed(pending().get(0), false);
    assertThat(outbox.of(ID)).containsExactly(item(1, "a"));
    assertThat(outbox.unsettled(10)).hasSize(1);
    outbox.settled(outbox.unsettled(10));
    assertThat(outbox.unsettled(10)).isEmpty();
    time.pass(Duration.ofSeconds(61));
    assertThat(outbox.allCommitted()).isEmpty();
    assertThat(outbox.of(ID)).isEmpty();
    assertThat(outbox.counts().bytes()).isZero();
  }

  @Test
  void hasNoRoomBeyondItsBoundUntilSomethingIsCommitted() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "x".repeat(90_000))));
    assertThat(outbox.hasRoom(20_000)).isFalse();
    outbox.committed(pending().get(0), false);
    time.pass(Duration.ofSeconds(61));
    assertThat(outbox.hasRoom(20_000)).isTrue();
  }

  @Test
  void givesUpWhatIsCommittedRatherThanItsBound() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "x".repeat(90_000))));
    outbox.committed(pending().get(0), false);
    outbox.acknowledge(ID, List.of(entry("y", 2, "x".repeat(90_000))));
    outbox.committed(pending().get(0), false);
    assertThat(outbox.counts().bytes()).isLessThan(100_000);
  }

  @Test
  void tellsHowLongTheOldestHasBeenWaiting() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "1")));
    time.pass(Duration.ofSeconds(5));
    outbox.acknowledge(ID, List.of(entry("x", 2, "2"), entry("y", 3, "3")));
    assertThat(outbox.counts().oldestPending()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void forgetsWhatIsErased() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "1"), entry("y", 9, "9")));
    outbox.erase(ID, stamp(5));
    assertThat(outbox.of(ID)).containsExactly(entry("y", 9, "9"));
    assertThat(outbox.counts().coalesced()).isEqualTo(1);
  }

  @Test
  void adoptsOnlyWhatItDoesNotHave() {
    Write write = new Write(ID, entry("x", 1, "1"));
    assertThat(outbox.adopt(write)).isTrue();
    assertThat(outbox.adopt(write)).isFalse();
    outbox.committed(write, false);
    assertThat(outbox.adopt(write)).isFalse();
  }

  /** I11: whatever happens in whatever order, the ledger is even. */
  @Test
  void theLedgerIsAlwaysEven() {
    for (int seed = 0; seed < 300; seed++) {
      Outbox tested = new Outbox(50_000, time);
      Random random = new Random(seed);
      for (int clock = 1; clock <= 60; clock++) {
        step(tested, random, clock);
        Outbox.Counts ledger = tested.counts();
        assertThat(ledger.acknowledged() + ledger.adopted()).as("seed " + seed)
            .isEqualTo(
                ledger.synced() + ledger.coalesced() + ledger.pending() + ledger.quarantined());
        assertThat(ledger.pending()).isEqualTo(tested.allPending().size());
      }
    }
  }

  private static void step(Outbox tested, Random random, int clock) {
    Field field = entry("e" + random.nextInt(3), clock, "v");
    Optional<Write> oldest = tested.allPending().stream().findFirst();
    switch (random.nextInt(7)) {
      case 0, 1 -> tested.acknowledge(ID, List.of(field));
      case 2 -> tested.acknowledgeCommitted(ID, List.of(field));
      case 3 -> tested.adopt(new Write(ID, field));
      case 4 -> oldest.ifPresent(write -> tested.committed(write, random.nextBoolean()));
      case 5 -> oldest.ifPresent(tested::quarantined);
      default -> tested.erase(ID, stamp(clock - 1));
    }
  }
}
