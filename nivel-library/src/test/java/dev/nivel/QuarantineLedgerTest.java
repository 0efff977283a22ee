package dev.nivel;

import dev.nivel.QuarantineLedger.Mark;
import dev.nivel.store.FakeTime;
import dev.nivel.store.Quarantined;
import dev.nivel.store.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.stamp;
import static org.assertj.core.api.Assertions.assertThat;

class QuarantineLedgerTest {
  private static final String ID = "call-1";

  private static Write write(String name, int millis) {
    return new Write(ID, entry(name, millis, "v"));
  }

  private static Quarantined row(Write write) {
    return new Quarantined(1, write.conversation(), write.key(), write.stamp(), 1, null, 1,
        "a reason", Instant.EPOCH);
  }

  private static Mark mark(Write write) {
    return Mark.of(row(write));
  }

  @Test
  void movesWhatIsStoredToSynced() {
    QuarantineLedger ledger = new QuarantineLedger(10);
    ledger.quarantined(write("x", 1));
    assertThat(ledger.counts()).isEqualTo(new QuarantineLedger.Counts(0, 0, 0, 1));
    ledger.replayed(row(write("x", 1)), false);
    assertThat(ledger.counts()).isEqualTo(new QuarantineLedger.Counts(0, 1, 0, 0));
  }

  @Test
  void movesWhatIsOvertakenErasedOrGivenUpToCoalesced() {
    QuarantineLedger ledger = new QuarantineLedger(10);
    for (int i = 1; i <= 4; i++) {
      ledger.quarantined(write("x", i));
    }
    ledger.replayed(row(write("x", 1)), true);
    ledger.gone(mark(write("x", 2)));
    ledger.erase(ID, stamp(3));
    assertThat(ledger.counts()).isEqualTo(new QuarantineLedger.Counts(0, 0, 3, 1));
  }

  @Test
  void letsWhatOthersCountEnterAsAdopted() {
    QuarantineLedger ledger = new QuarantineLedger(10);
    ledger.replayed(row(write("x", 1)), false);
    ledger.gone(mark(write("x", 2)));
    ledger.erase(ID, stamp(3));
    assertThat(ledger.counts()).isEqualTo(new QuarantineLedger.Counts(1, 1, 0, 0));
  }

  @Test
  void countsBeyondItsBoundWithoutTellingApart() { // I8
    QuarantineLedger ledger = new QuarantineLedger(2);
    for (int i = 1; i <= 3; i++) {
      ledger.quarantined(write("x" + i, i));
    }
    assertThat(ledger.counts()).isEqualTo(new QuarantineLedger.Counts(0, 0, 0, 3));
    for (int i = 1; i <= 3; i++) {
      ledger.replayed(row(write("x" + i, i)), false);
    }
    assertThat(ledger.counts()).isEqualTo(new QuarantineLedger.Counts(1, 3, 0, 1));
    ledger.quarantined(write("x", 4));
    ledger.gone(mark(write("x", 4)));
    assertThat(ledger.counts()).isEqualTo(new QuarantineLedger.Counts(1, 3, 1, 1));
  }

  /** I11: whatever happens in whatever order, the outbox's ledger is even. */
  @Test
  void isAlwaysEven() {
    for (int seed = 0; seed < 300; seed++) {
      Outbox outbox = new Outbox(50_000, new FakeTime());
      Random random = new Random(seed);
      List<Write> apart = new ArrayList<>();
      for (int clock = 1; clock <= 80; clock++) {
        step(outbox, apart, random, clock);
        Ledger.Counts ledger = outbox.counts();
        assertThat(ledger.acknowledged() + ledger.adopted()).as("seed " + seed)
            .isEqualTo(
                ledger.synced() + ledger.coalesced() + ledger.pending() + ledger.quarantined());
        assertThat(ledger.quarantined()).as("seed " + seed).isEqualTo(apart.size());
      }
    }
  }

  /** What is apart here is so in L3: a row for each version of a field. */
  private static void step(Outbox outbox, List<Write> apart, Random random, int clock) {
    Optional<Write> oldest = outbox.allPending().stream().findFirst();
    Optional<Write> any = apart.isEmpty() ? Optional.empty()
        : Optional.of(apart.get(random.nextInt(apart.size())));
    switch (random.nextInt(7)) {
      case 0, 1 ->
        outbox.acknowledge(ID, List.of(entry("e" + random.nextInt(3), clock, "v")), null);
      case 2 -> any.ifPresent(outbox::adopt); // Redis had not heard of its quarantine
      case 3 -> oldest.ifPresent(write -> {
        outbox.quarantined(write);
        apart.remove(write);
        apart.add(write);
      });
      case 4 -> any.ifPresent(write -> {
        outbox.quarantine().replayed(row(write), random.nextBoolean());
        apart.remove(write);
      });
      case 5 -> any.ifPresent(write -> {
        outbox.quarantine().gone(mark(write));
        apart.remove(write);
      });
      default -> {
        outbox.erase(ID, stamp(clock - 20));
        apart.removeIf(write -> !write.stamp().isNewerThan(stamp(clock - 20)));
      }
    }
  }
}
