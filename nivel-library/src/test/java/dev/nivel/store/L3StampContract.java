package dev.nivel.store;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What every L3 must do with stamps that are ahead of its clock. */
public abstract class L3StampContract extends L3LengthContract {
  WriteReply writeFirst(Condition condition, Field... fields) {
    return l3().writeFirst(conversation, List.of(fields), condition, false);
  }

  List<Write> stale() {
    return l3().staleInL2(10_000)
        .stream()
        .filter(write -> write.conversation().equals(conversation))
        .toList();
  }

  @Nested
  class AStampAheadInWriteFirst {
    private final Stamp ahead = Stamp.at(System.currentTimeMillis() + 3_600_000, 1);

    @Test
    void ofTheClockByMoreThanAMinuteIsRefusedAndNothingChanges() {
      WriteReply reply = writeFirst(Condition.NONE, Entry.of("x", ahead, Value.json("1")));
      assertThat(reply.outcome()).isEqualTo(WriteReply.Outcome.AHEAD);
      assertThat(reply.held().millis() - System.currentTimeMillis()).isBetween(0L, 61_000L);
      assertThat(writeFirst(Condition.NONE, new Item(ahead, Value.json("1"))).outcome())
          .isEqualTo(WriteReply.Outcome.AHEAD);
      assertThat(held()).isEqualTo(Contents.EMPTY);
      assertThat(stale()).isEmpty();
      assertThat(l3().activities(conversation, "", 1)).isEmpty();
    }

    @Test
    void ofTheClockByLessThanAMinuteIsAccepted() {
      Stamp soon = Stamp.at(System.currentTimeMillis() + 30_000, 1);
      assertThat(writeFirst(Condition.NONE, Entry.of("x", soon, Value.json("1"))).outcome())
          .isEqualTo(WriteReply.Outcome.ACCEPTED);
    }

    @Test
    void isAcceptedIfItFollowsAStoredOne() {
      write(Entry.of("y", ahead, Value.json("1")));
      Stamp next = ahead.next(2);
      assertThat(writeFirst(Condition.NONE, new Item(next, Value.json("1"))).outcome())
          .isEqualTo(WriteReply.Outcome.ACCEPTED);
      assertThat(writeFirst(Condition.NONE, Entry.of("x", next.next(2), Value.json("1")))
          .outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
      Stamp farther = Stamp.at(ahead.millis() + 120_000, 1);
      assertThat(writeFirst(Condition.NONE, Entry.of("x", farther, Value.json("2"))).outcome())
          .isEqualTo(WriteReply.Outcome.AHEAD);
    }

    @Test
    void isAcceptedIfItFollowsAnErasureOrL2MayHaveIt() {
      l3().erase(conversation, ahead);
      assertThat(writeFirst(Condition.NONE, new Item(ahead.next(2), Value.json("1"))).outcome())
          .isEqualTo(WriteReply.Outcome.ACCEPTED);
      Item farther = new Item(Stamp.at(ahead.millis() + 120_000, 1), Value.json("1"));
      assertThat(l3().writeFirst(conversation, List.of(farther), Condition.NONE, true).outcome())
          .isEqualTo(WriteReply.Outcome.ACCEPTED);
    }
  }
}
