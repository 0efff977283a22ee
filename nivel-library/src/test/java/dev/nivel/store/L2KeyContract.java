package dev.nivel.store;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.key;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.texts;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;

/** What every L2 must do with idempotency keys. */
public abstract class L2KeyContract extends L2StampContract {
  final boolean fill(Contents contents) {
    return l2().fill(conversation, contents, l2().beginFill(conversation).orElseThrow());
  }

  static Contents complete(Field... fields) {
    return Contents.EMPTY.with(List.of(fields));
  }

  @Nested
  class IdempotencyKeys {
    private final Item a = item(1, "a");
    private final Item b = item(2, "b");

    @Test
    void areWrittenWithTheItemsAndShownToNoReader() {
      fill(complete());
      assertThat(write(key(1, a, b), a, b)).isEqualTo(WriteReply.accepted(false));
      assertThat(l2().conversation(conversation).fields()).containsExactly(a, b);
      assertThat(l2().conversation(conversation).isComplete()).isTrue();
      assertThat(l2().unsynced(conversation)).containsExactlyInAnyOrder(key(1, a, b), a, b);
    }

    @Test
    void thatWereUsedAnswerTheFirstUseAndNothingIsAppended() {
      fill(complete());
      write(key(1, a, b), a, b);
      Item again = item(3, "a");
      assertThat(write(key(1, again), again)).isEqualTo(WriteReply.repeated(key(1, a, b)));
      assertThat(write(key(1, a, b), a, b)).isEqualTo(WriteReply.accepted(false)); // by itself
      assertThat(texts(l2().conversation(conversation).items())).containsExactly("a", "b");
      assertThat(write(key(2, again), again)).isEqualTo(WriteReply.accepted(false));
    }

    @Test
    void thatAreNotHeldAreNotJudgedBeforeTheConversationIsComplete() {
      assertThat(write(key(1, a), a)).isEqualTo(WriteReply.unknown());
      write(entry("x", 1, "1"));
      assertThat(write(key(1, a), a)).isEqualTo(WriteReply.unknown());
      fill(complete(key(1, a), a));
      assertThat(write(key(1, b), b)).isEqualTo(WriteReply.repeated(key(1, a)));
      assertThat(unsyncedKeys()).containsExactly("e:x");
    }

    @Test
    void thatHaveExpiredCountAsAbsent() {
      fill(complete(key(1, 1, a), a));
      assertThat(write(key(1, b), b)).isEqualTo(WriteReply.accepted(false));
      Item c = item(3, "c");
      assertThat(write(key(1, c), c)).isEqualTo(WriteReply.repeated(key(1, b)));
    }

    @Test
    void areNotWrittenIfTheItemsAreRefused() {
      fill(complete(b));
      assertThat(write(key(1, a), a)).isEqualTo(WriteReply.refused(b.stamp()));
      Item c = item(3, "c");
      assertThat(write(key(1, c), c)).isEqualTo(WriteReply.accepted(false));
    }

    @Test
    void areSettledAndHealedAsAllFieldsAre() {
      fill(complete());
      write(key(1, a), a);
      l2().settle(writes(conversation, key(1, a), a));
      assertThat(l2().unsynced(conversation)).isEmpty();
      l2().heal(writes(conversation, key(2, b), b), false);
      Item c = item(3, "c");
      assertThat(write(key(1, c), c)).isEqualTo(WriteReply.repeated(key(1, a)));
      assertThat(write(key(2, c), c)).isEqualTo(WriteReply.repeated(key(2, b)));
    }

    @Test
    void areErasedWithTheConversation() {
      fill(complete());
      write(key(1, a), a);
      l2().erase(conversation, stamp(5));
      Item c = item(6, "c");
      assertThat(write(key(1, c), c)).isEqualTo(WriteReply.unknown());
      fill(complete());
      assertThat(write(key(1, c), c)).isEqualTo(WriteReply.accepted(false));
    }

    @Test
    void ofManyItemsAreReturnedAsTheyWereWritten() {
      fill(complete());
      Field[] fields = new Field[1_001];
      Item[] items = new Item[1_000];
      for (int i = 0; i < items.length; i++) {
        items[i] = item(i + 1, "t");
        fields[i + 1] = items[i];
      }
      fields[0] = key(1, items);
      write(fields);
      Item other = item(1_001, "t");
      assertThat(write(key(1, other), other)).isEqualTo(WriteReply.repeated(key(1, items)));
    }
  }
}
