package dev.nivel.store;

import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;

/** What every L2 must do with stamps that are ahead of its clock, and that it has seen before. */
public abstract class L2StampContract {
  /** A conversation that no other test uses, with characters that mean something to Redis. */
  protected final String conversation = "a/b:{c}*\"' ñ " + UUID.randomUUID();

  /** The store under test, connected. */
  protected abstract L2 l2();

  WriteReply write(Field... fields) {
    return l2().write(conversation, List.of(fields), Condition.NONE);
  }

  List<String> unsyncedKeys() {
    return l2().unsynced(conversation).stream().map(Field::key).sorted().toList();
  }

  @Nested
  class AStampAhead {
    private final Stamp ahead = Stamp.at(System.currentTimeMillis() + 3_600_000, 1);

    @Test
    void ofTheClockByMoreThanAMinuteIsRefusedAndNothingChanges() {
      write(entry("y", 1, "1"));
      WriteReply reply = write(Entry.of("x", ahead, Value.json("1")));
      assertThat(reply.outcome()).isEqualTo(WriteReply.Outcome.AHEAD);
      assertThat(reply.held().millis() - System.currentTimeMillis()).isBetween(0L, 60_000L);
      assertThat(write(new Item(ahead, Value.json("1"))).outcome())
          .isEqualTo(WriteReply.Outcome.AHEAD);
      assertThat(l2().conversation(conversation).fields()).containsExactly(entry("y", 1, "1"));
      assertThat(unsyncedKeys()).containsExactly("e:y");
    }

    @Test
    void ofTheClockByLessThanAMinuteIsAccepted() {
      Stamp soon = Stamp.at(System.currentTimeMillis() + 30_000, 1);
      assertThat(write(Entry.of("x", soon, Value.json("1"))).outcome())
          .isEqualTo(WriteReply.Outcome.ACCEPTED);
    }

    @Test
    void isAcceptedIfItFollowsAStoredOne() {
      l2().heal(writes(conversation, Entry.of("y", ahead, Value.json("1"))), false);
      Stamp next = ahead.next(2);
      assertThat(write(new Item(next, Value.json("1")))).isEqualTo(WriteReply.accepted(false));
      assertThat(write(Entry.of("x", next.next(2), Value.json("1"))))
          .isEqualTo(WriteReply.accepted(false));
      Stamp farther = Stamp.at(ahead.millis() + 120_000, 1);
      assertThat(write(Entry.of("x", farther, Value.json("2"))).outcome())
          .isEqualTo(WriteReply.Outcome.AHEAD);
    }

    @Test
    void isAcceptedIfItFollowsAnErasure() {
      l2().erase(conversation, ahead);
      assertThat(write(new Item(ahead.next(2), Value.json("1"))).outcome())
          .isEqualTo(WriteReply.Outcome.ACCEPTED);
    }
  }

  @Nested
  class ALargeWrite {
    private final String text = "buenos días ".repeat(200);

    @Test
    void mayBeRepeatedHoweverItIsStored() { // I7
      write(noise(1));
      assertThat(write(item(2, text)).outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
      assertThat(write(item(2, text)).outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
      write(item(3, "last"));
      write(noise(4));
      assertThat(write(item(2, text)).outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
      assertThat(l2().conversation(conversation).items())
          .containsExactly(noise(1), item(2, text), item(3, "last"), noise(4));
    }

    @Test
    void isRefusedUnderStampsThatOtherContentHas() {
      write(noise(1));
      write(item(2, text), item(3, text));
      assertThat(write(item(2, text), item(3, text + "!"))).isEqualTo(WriteReply.refused(stamp(3)));
      write(item(4, "last"));
      assertThat(write(item(2, text), item(3, text + "!"))).isEqualTo(WriteReply.refused(stamp(4)));
      assertThat(l2().conversation(conversation).items())
          .containsExactly(noise(1), item(2, text), item(3, text), item(4, "last"));
    }

    /** An item that does not compress, of the same kind as the others. */
    private static Item noise(int millis) {
      byte[] bytes = new byte[2_000];
      new Random(millis).nextBytes(bytes);
      return new Item(stamp(millis), Value.of(bytes, item(millis, "").value().contentType()));
    }
  }
}
