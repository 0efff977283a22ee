package dev.nivel;

import dev.nivel.OutboxRecord.Settlement;
import dev.nivel.journal.Place;
import dev.nivel.store.FakeTime;
import dev.nivel.store.Field;
import dev.nivel.store.Fields;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
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
    outbox.acknowledge(ID, List.of(entry("x", 1, "1"), entry("y", 2, "2")), null);
    outbox.acknowledge(ID, List.of(entry("x", 3, "3")), null);
    assertThat(pending())
        .containsExactlyElementsOf(writes(ID, entry("x", 3, "3"), entry("y", 2, "2")));
    assertThat(outbox.counts().coalesced()).isEqualTo(1);
  }

  @Test
  void isNotConfusedByALateCommitOfAnOlderVersion() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "1")), null);
    Write inFlight = pending().get(0);
    outbox.acknowledge(ID, List.of(entry("x", 2, "2")), null);
    outbox.committed(inFlight, false);
    assertThat(pending()).hasSize(1);
    outbox.committed(pending().get(0), false);
    assertThat(pending()).isEmpty();
    assertThat(outbox.counts().synced()).isEqualTo(1);
    assertThat(outbox.counts().coalesced()).isEqualTo(1);
  }

  @Test
  void findsWhatIsPendingOfAConversationWithoutALookAtOthers() {
    outbox.acknowledge("other", List.of(item(1, "a"), item(2, "b")), null);
    outbox.acknowledge(ID, List.of(item(3, "c"), item(4, "d"), item(5, "e")), null);
    List<Write> seen = new ArrayList<>();
    OutboxIndex.Wanted wanted = new OutboxIndex.Wanted() {
      @Override
      public String conversation() {
        return ID;
      }

      @Override
      public boolean test(Write write) {
        return seen.add(write);
      }
    };
    OutboxIndex.Chunk chunk = outbox.pending(new ChunkSize(2, 2),
        new OutboxIndex.Range(0, outbox.mark()), wanted);
    OutboxIndex.Chunk rest = outbox.pending(new ChunkSize(2, 2), chunk.rest(), wanted);
    assertThat(chunk.writes()).extracting(Write::field)
        .containsExactly(item(3, "c"), item(4, "d"));
    assertThat(rest.writes()).extracting(Write::field).containsExactly(item(5, "e"));
    assertThat(seen).extracting(Write::conversation).containsOnly(ID);
  }

  @Test
  void keepsWhatIsCommittedForAMinute() {
    outbox.acknowledge(ID, List.of(item(1, "a")), null);
    outbox.committed(pending().get(0), false);
    assertThat(outbox.of(ID)).containsExactly(item(1, "a"));
    assertThat(outbox.unsettled(10)).hasSize(1);
    outbox.settle(outbox.unsettled(10), Settlement.ASKED);
    outbox.settle(outbox.unsettled(10), Settlement.DONE);
    assertThat(outbox.unsettled(10)).isEmpty();
    time.pass(Duration.ofSeconds(61));
    assertThat(outbox.allCommitted()).isEmpty();
    assertThat(outbox.of(ID)).isEmpty();
    assertThat(outbox.counts().bytes()).isZero();
  }

  @Test
  void hasNoRoomBeyondItsBoundUntilSomethingIsCommitted() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "x".repeat(90_000))), null);
    assertThat(outbox.reserve(20_000)).isEqualTo(Outbox.Room.NONE);
    outbox.committed(pending().get(0), false);
    time.pass(Duration.ofSeconds(61));
    assertThat(outbox.reserve(20_000)).isEqualTo(Outbox.Room.ENOUGH);
  }

  @Test
  void givesUpWhatIsCommittedRatherThanItsBound() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "x".repeat(90_000))), null);
    outbox.committed(pending().get(0), false);
    outbox.acknowledge(ID, List.of(entry("y", 2, "x".repeat(90_000))), null);
    outbox.committed(pending().get(0), false);
    assertThat(outbox.counts().bytes()).isLessThan(100_000);
  }

  @Test
  void tellsHowLongTheOldestHasBeenWaiting() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "1")), null);
    time.pass(Duration.ofSeconds(5));
    outbox.acknowledge(ID, List.of(entry("x", 2, "2"), entry("y", 3, "3")), null);
    assertThat(outbox.counts().oldestPending()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void forgetsWhatIsErased() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "1"), entry("y", 9, "9")), null);
    outbox.erase(ID, stamp(5));
    assertThat(outbox.of(ID)).containsExactly(entry("y", 9, "9"));
    assertThat(outbox.counts().coalesced()).isEqualTo(1);
  }

  @Test
  void keepsNothingThatWasErasedBeforeItCame() { // I5
    outbox.erase(ID, stamp(5));
    outbox.erase(ID, stamp(4));
    outbox.acknowledge(ID, List.of(entry("x", 5, "5")), new Place(1));
    outbox.keep(ID, List.of(entry("y", 4, "4")));
    outbox.acknowledgeCommitted(ID, List.of(entry("z", 3, "3"), entry("new", 6, "6")));
    assertThat(outbox.of(ID)).containsExactly(entry("new", 6, "6"));
    assertThat(outbox.counts().coalesced()).isEqualTo(2);
    assertThat(outbox.counts().pending()).isZero();
    assertThat(released()).isEqualTo(Map.of(new Place(1), 1));
  }

  @Test
  void adoptsOnlyWhatItDoesNotHave() {
    Write write = new Write(ID, entry("x", 1, "1"));
    assertThat(outbox.adopt(write)).isTrue();
    assertThat(outbox.adopt(write)).isFalse();
    outbox.committed(write, false);
    assertThat(outbox.adopt(write)).isFalse();
  }

  private static List<Write> everyPending(Outbox of) {
    return of
        .pending(new ChunkSize(1_000, 1_000), new OutboxIndex.Range(0, of.mark()), write -> true)
        .writes();
  }

  @Test
  void doesNotShowWhatTheJournalHadKeptUntilL3HasJudgedIt() { // I5
    Write write = new Write(ID, entry("x", 1, "1"));
    outbox.replay(write, new Place(7));
    assertThat(outbox.of(ID)).isEmpty();
    assertThat(outbox.of(ID, "e:x")).isNull();
    assertThat(pending()).isEmpty();
    assertThat(outbox.hasReplays()).isTrue();
    assertThat(outbox.committed(write, false)).isTrue();
    assertThat(outbox.hasReplays()).isFalse();
    assertThat(outbox.of(ID)).hasSize(1);
  }

  @Test
  void takesAReplayedRecordOnce() {
    outbox.replay(new Write(ID, entry("x", 2, "2")), new Place(1));
    outbox.replay(new Write(ID, entry("x", 2, "2")), new Place(2));
    outbox.replay(new Write(ID, entry("x", 1, "1")), new Place(2));
    assertThat(outbox.counts().replayed()).isEqualTo(1);
    assertThat(released()).isEqualTo(Map.of(new Place(2), 2));
  }

  private Map<Place, Integer> released() {
    return outbox.places((places, all) -> places.takeReleased());
  }

  @Test
  void letsTheJournalGoOfWhatIsSupersededErasedOrCommittedAMinuteAgo() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "1"), entry("y", 2, "2")), new Place(1));
    outbox.acknowledge(ID, List.of(entry("x", 3, "3")), new Place(2));
    assertThat(released()).isEqualTo(Map.of(new Place(1), 1));
    outbox.erase(ID, stamp(2));
    assertThat(released()).isEqualTo(Map.of(new Place(1), 1));
    outbox.committed(new Write(ID, entry("x", 3, "3")), false);
    assertThat(released()).isEmpty();
    time.pass(Duration.ofSeconds(61));
    assertThat(released()).isEqualTo(Map.of(new Place(2), 1));
  }

  @Test
  void letsTheJournalKeepAnOlderVersionUntilItHasTheNewer() { // I1
    outbox.acknowledge(ID, List.of(entry("x", 1, "1")), new Place(1));
    outbox.acknowledge(ID, List.of(entry("x", 2, "2")), null);
    assertThat(released()).isEmpty();
    outbox.places((places, all) -> {
      places.unjournaled(10).forEach(group -> places.put(group.get(0), new Place(2)));
      return places;
    });
    assertThat(released()).isEqualTo(Map.of(new Place(1), 1));
    outbox.erase(ID, stamp(2));
    assertThat(released()).isEqualTo(Map.of(new Place(2), 1));
  }

  private List<List<Write>> unjournaled(int limit) {
    return outbox.places((places, all) -> places.unjournaled(limit)
        .stream()
        .map(group -> group.stream().map(record -> record.write).toList())
        .toList());
  }

  @Test
  void namesWhatTheJournalLacksInThePiecesInWhichItWasAppended() { // I7
    List<Field> keyed = List.of(key(2, 3), item(2, "a"), item(3, "b"));
    outbox.acknowledge(ID, List.of(item(1, "0")), null);
    outbox.acknowledge(ID, keyed, null);
    outbox.acknowledge(ID, List.of(item(4, "c")), null);
    List<Write> first = writes(ID, item(1, "0"));
    List<Write> second = writes(ID, keyed.toArray(new Field[0]));
    List<Write> third = writes(ID, item(4, "c"));
    assertThat(unjournaled(10)).containsExactly(first, second, third);
    assertThat(unjournaled(3)).containsExactly(first);
    assertThat(unjournaled(4)).containsExactly(first);
    assertThat(unjournaled(5)).containsExactly(first, second, third);
  }

  @Test
  void leavesAPlaceWithWhatIsPendingInThePiecesInWhichItWasAppended() { // I7
    List<Field> keyed = List.of(key(2, 3), item(2, "a"), item(3, "b"));
    outbox.acknowledge(ID, List.of(item(1, "0")), new Place(1));
    outbox.acknowledge(ID, keyed, new Place(1));
    outbox.acknowledge("other", List.of(item(9, "c")), new Place(2));
    outbox.committed(pending().get(0), false);
    List<List<OutboxRecord>> groups = outbox
        .places((places, all) -> places.leave(new Place(1), all.get()));
    assertThat(groups).hasSize(1);
    assertThat(groups.get(0)).extracting(record -> record.write.field())
        .containsExactlyElementsOf(keyed);
    assertThat(released()).isEqualTo(Map.of(new Place(1), 1));
  }

  private static IdempotencyKey key(int first, int last) {
    return new IdempotencyKey("hash", stamp(last), "body",
        IntStream.rangeClosed(first, last).mapToObj(Fields::stamp).toList(),
        Fields.NOW_MILLIS * 2);
  }

  @Test
  void doesNotWantInTheJournalWhatIsCommitted() {
    outbox.acknowledge(ID, List.of(item(1, "a")), null);
    outbox.committed(pending().get(0), false);
    assertThat(unjournaled(10)).isEmpty();
  }

  @Test
  void keepsThePlaceOfAWriteThatASyncAdoptedBeforeTheJournalHadIt() { // I1
    outbox.adopt(new Write(ID, entry("x", 1, "1")));
    outbox.acknowledge(ID, List.of(entry("x", 1, "1")), new Place(1));
    assertThat(released()).isEmpty();
    outbox.erase(ID, stamp(1));
    assertThat(released()).isEqualTo(Map.of(new Place(1), 1));
  }

  @Test
  void adoptsNothingThatIsErased() { // I12
    outbox.erase(ID, stamp(1));
    assertThat(outbox.adopt(new Write(ID, entry("x", 1, "1")))).isFalse();
    assertThat(outbox.hasUnjudged()).isFalse();
    assertThat(outbox.counts().adopted()).isZero();
    assertThat(outbox.adopt(new Write(ID, entry("x", 2, "2")))).isTrue();
  }

  @Test
  void takesNothingFromTheJournalThatIsErased() { // I12
    outbox.erase(ID, stamp(1));
    outbox.replay(new Write(ID, entry("x", 1, "1")), new Place(1));
    assertThat(outbox.hasReplays()).isFalse();
    assertThat(released()).isEqualTo(Map.of(new Place(1), 1));
  }

  @Test
  void offersWhatASyncAdoptedBeforeItWasAcknowledged() { // I4
    outbox.adopt(new Write(ID, entry("x", 1, "1")));
    assertThat(pending()).isEmpty();
    assertThat(outbox.hasUnjudged()).isTrue();
    outbox.acknowledge(ID, List.of(entry("x", 1, "1")), new Place(1));
    assertThat(pending()).containsExactlyElementsOf(writes(ID, entry("x", 1, "1")));
    assertThat(outbox.of(ID, "e:x")).isEqualTo(entry("x", 1, "1"));
    assertThat(outbox.hasUnjudged()).isFalse();
  }

  @Test
  void showsWhatTheJournalFailedToTakeAndDoesNotSayThatItIsSafe() { // I4
    outbox.keep(ID, List.of(entry("x", 1, "1")));
    assertThat(pending()).containsExactlyElementsOf(writes(ID, entry("x", 1, "1")));
    assertThat(outbox.durability(ID, "e:x")).isEmpty();
    assertThat(unjournaled(10)).hasSize(1);
    outbox.acknowledge(ID, List.of(entry("x", 1, "1")), new Place(1));
    assertThat(outbox.durability(ID, "e:x"))
        .containsExactlyInAnyOrder(Durability.REDIS, Durability.JOURNAL);
    assertThat(unjournaled(10)).isEmpty();
  }

  @Test
  void keepsTheNewerOfTwoThatWentPastL2() { // I2
    outbox.acknowledgeCommitted(ID, List.of(entry("x", 2, "2")));
    outbox.acknowledgeCommitted(ID, List.of(entry("x", 1, "1")));
    assertThat(outbox.of(ID)).containsExactly(entry("x", 2, "2"));
    assertThat(outbox.counts().synced()).isEqualTo(2);
  }

  @Test
  void reservesRoomForWritesThatAreUnderWay() {
    assertThat(outbox.reserve(60_000)).isEqualTo(Outbox.Room.ENOUGH);
    assertThat(outbox.reserve(60_000)).isEqualTo(Outbox.Room.NONE);
    outbox.unreserve(60_000);
    assertThat(outbox.reserve(60_000)).isEqualTo(Outbox.Room.ENOUGH);
  }

  @Test
  void saysWhenSyncShouldNotWait() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "x".repeat(60_000))), null);
    assertThat(outbox.reserve(100)).isEqualTo(Outbox.Room.LITTLE);
  }

  @Test
  void wantsNoSyncForWhatIsCommitted() {
    outbox.acknowledge(ID, List.of(entry("x", 1, "x".repeat(60_000))), null);
    outbox.committed(pending().get(0), false);
    assertThat(outbox.counts().bytes()).isGreaterThan(60_000);
    assertThat(outbox.reserve(100)).isEqualTo(Outbox.Room.ENOUGH);
    outbox.acknowledge(ID, List.of(entry("y", 2, "y".repeat(60_000))), null);
    assertThat(outbox.reserve(100)).isEqualTo(Outbox.Room.LITTLE);
  }

  /** I11: whatever happens in whatever order, the ledger is even. */
  @Test
  void theLedgerIsAlwaysEven() {
    for (int seed = 0; seed < 300; seed++) {
      Outbox tested = new Outbox(50_000, time);
      Random random = new Random(seed);
      for (int clock = 1; clock <= 60; clock++) {
        step(tested, random, clock);
        Ledger.Counts ledger = tested.counts();
        assertThat(ledger.acknowledged() + ledger.replayed() + ledger.adopted())
            .as("seed " + seed)
            .isEqualTo(
                ledger.synced() + ledger.coalesced() + ledger.pending() + ledger.quarantined());
        assertThat(ledger.pending()).isEqualTo(everyPending(tested).size());
      }
    }
  }

  private static void step(Outbox tested, Random random, int clock) {
    Field field = entry("e" + random.nextInt(3), clock, "v");
    Optional<Write> oldest = everyPending(tested).stream().findFirst();
    switch (random.nextInt(8)) {
      case 0, 1 -> tested.acknowledge(ID, List.of(field), null);
      case 2 -> tested.acknowledgeCommitted(ID, List.of(field));
      case 3 -> tested.adopt(new Write(ID, field));
      case 4 -> oldest.ifPresent(write -> tested.committed(write, random.nextBoolean()));
      case 5 -> tested.replay(new Write(ID, field), new Place(1));
      case 6 -> oldest.ifPresent(tested::quarantined);
      default -> tested.erase(ID, stamp(clock - 1));
    }
  }
}
