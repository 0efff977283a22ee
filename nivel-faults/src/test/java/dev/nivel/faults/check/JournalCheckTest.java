package dev.nivel.faults.check;

import dev.nivel.faults.history.Call;
import dev.nivel.faults.history.JournalLook;
import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Outcome;
import dev.nivel.faults.history.Reply;
import dev.nivel.faults.history.Seen;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class JournalCheckTest {
  private static final long MILLI = 1_000_000;
  private static final JournalLook BEFORE = look(0, true, 5);
  private static final JournalLook CLOSED = look(60, false, 5);

  private static JournalLook look(long atMillis, boolean isWritable, long appended) {
    return new JournalLook(0, atMillis * MILLI, (atMillis + 5) * MILLI, isWritable, appended);
  }

  private static Operation write(int node, String key, String... durability) {
    Call call = new Call(0, node, Kind.APPEND, "call", "", List.of("a"), 0, key);
    return new Operation(call, 20 * MILLI, 30 * MILLI,
        new Reply(Outcome.OK, 201, List.of(1L), List.of(durability), "", Seen.NOTHING));
  }

  private static List<Rule> broken(boolean isRequired, List<JournalLook> looks, Operation write) {
    return new JournalCheck(isRequired, looks).check(List.of(write))
        .stream()
        .map(Violation::rule)
        .toList();
  }

  private static List<Rule> broken(List<JournalLook> looks, Operation write) {
    return broken(false, looks, write);
  }

  @Test
  void findsAClaimOfAJournalToWhichNothingWasAppended() {
    Operation claim = write(0, "", "redis", "journal");
    assertThat(broken(List.of(BEFORE, CLOSED), claim)).containsExactly(Rule.CLAIMED);
    assertThat(broken(List.of(BEFORE, look(60, false, 6)), claim)).isEmpty();
  }

  @Test
  void saysNothingOfWhatOverlapsALookOrIsNotBetweenTwo() {
    Operation claim = write(0, "", "redis", "journal");
    assertThat(broken(List.of(look(18, true, 5), CLOSED), claim)).isEmpty();
    assertThat(broken(List.of(BEFORE, look(25, true, 5)), claim)).isEmpty();
    assertThat(broken(List.of(), claim)).isEmpty();
    assertThat(broken(List.of(BEFORE, CLOSED), write(1, "", "redis", "journal"))).isEmpty();
  }

  /** It has counted anew since: seed 2186. */
  @Test
  void saysNothingOfAServerThatMayHaveStartedAnewBetweenTwoLooks() {
    assertThat(broken(List.of(BEFORE, look(2_000, true, 5)), write(0, "", "redis", "journal")))
        .isEmpty();
  }

  @Test
  void findsAWriteInRedisOnlyWhileTheJournalSeemsInOrder() {
    Operation write = write(0, "", "redis");
    assertThat(broken(List.of(BEFORE, look(60, true, 5)), write)).containsExactly(Rule.CLAIMED);
    assertThat(broken(List.of(BEFORE, CLOSED), write)).isEmpty();
    assertThat(broken(List.of(look(0, false, 5), look(60, true, 5)), write)).isEmpty();
    assertThat(broken(List.of(BEFORE, look(600, true, 5)), write)).isEmpty();
  }

  @Test
  void findsAWriteInRedisOnlyWhereTheJournalIsRequired() {
    List<JournalLook> looks = List.of(BEFORE, CLOSED);
    assertThat(broken(true, looks, write(0, "", "redis"))).containsExactly(Rule.CLAIMED);
    assertThat(broken(true, looks, write(0, "", "redis", "supabase"))).isEmpty();
    assertThat(broken(true, looks, write(0, "", "supabase"))).isEmpty();
  }

  @Test
  void leavesARepetitionAlone() { // seed 391
    Operation first = write(0, "key", "redis", "journal");
    Operation again = new Operation(first.call(), 70 * MILLI, 75 * MILLI, first.reply());
    List<JournalLook> looks = List.of(BEFORE, look(60, true, 6), look(80, true, 6));
    assertThat(new JournalCheck(false, looks).check(List.of(again, first))).isEmpty();
    assertThat(broken(List.of(BEFORE, CLOSED), first)).containsExactly(Rule.CLAIMED);
  }

  @Test
  void leavesTwoAttemptsAtTheSameTimeAlone() { // either may be the repetition
    Operation first = write(0, "key", "redis", "journal");
    Operation other = new Operation(first.call().on(1), 25 * MILLI, 40 * MILLI, first.reply());
    assertThat(new JournalCheck(false, List.of(BEFORE, CLOSED)).check(List.of(first, other)))
        .isEmpty();
  }
}
