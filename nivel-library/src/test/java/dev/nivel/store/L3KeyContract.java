package dev.nivel.store;

import dev.nivel.store.Refusal.Reason;
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

/** What every L3 must do with idempotency keys. */
public abstract class L3KeyContract extends L3StampContract {
  @Nested
  class IdempotencyKeys {
    private final Item a = item(1, "a");
    private final Item b = item(2, "b");
    private final Item c = item(3, "c");

    @Test
    void areStoredInABatchAndReadWithTheConversation() {
      assertThat(write(key(1, a, b), a, b, key(2, c), c, entry("x", 4, "4"))).isEmpty();
      assertThat(write(key(1, a, b), a, b)).isEmpty();
      Contents held = held();
      assertThat(held.keys().values()).containsExactlyInAnyOrder(key(1, a, b), key(2, c));
      assertThat(held.items()).containsExactly(a, b, c);
    }

    @Test
    void thatWereUsedAnswerTheFirstUseAndNothingIsAppended() {
      write(key(1, a), a);
      assertThat(writeFirst(Condition.NONE, key(1, b), b))
          .isEqualTo(WriteReply.repeated(key(1, a)));
      assertThat(writeFirst(Condition.NONE, key(2, b, c), b, c))
          .isEqualTo(WriteReply.accepted(false));
      Item d = item(4, "d");
      assertThat(writeFirst(Condition.NONE, key(2, d), d))
          .isEqualTo(WriteReply.repeated(key(2, b, c)));
      assertThat(texts(held().items())).containsExactly("a", "b", "c");
    }

    @Test
    void areNotedForL2AsTheItemsAre() {
      writeFirst(Condition.NONE, key(1, a), a);
      assertThat(stale())
          .containsExactlyInAnyOrderElementsOf(writes(conversation, key(1, a), a));
      l3().toldL2(stale());
      assertThat(stale()).isEmpty();
    }

    @Test
    void areStoredWithItemsThatL3HasAlready() {
      write(a);
      assertThat(l3().writeFirst(conversation, List.of(key(1, a), a), Condition.NONE, true))
          .isEqualTo(WriteReply.accepted(false));
      write(c);
      assertThat(l3().writeFirst(conversation, List.of(key(2, b, c), b, c), Condition.NONE, true))
          .isEqualTo(WriteReply.accepted(false));
      assertThat(held().keys().values()).containsExactlyInAnyOrder(key(1, a), key(2, b, c));
      assertThat(held().items()).containsExactly(a, b, c);
    }

    @Test
    void areNotStoredIfTheItemsAreRefused() {
      write(b);
      assertThat(writeFirst(Condition.NONE, key(1, a, c), a, c))
          .isEqualTo(WriteReply.refused(b.stamp()));
      assertThat(held().keys()).isEmpty();
    }

    @Test
    void thatHaveExpiredCountAsAbsentAndGiveWayToANewUse() {
      write(key(1, 1, a), a);
      assertThat(held().keys()).isEmpty();
      assertThat(writeFirst(Condition.NONE, key(1, b), b)).isEqualTo(WriteReply.accepted(false));
      Write older = new Write(conversation, key(1, 1, a));
      assertThat(l3().write(List.of(older)))
          .containsExactly(new Refusal(older, Reason.NEWER, key(1, b)));
      assertThat(held().keys().values()).containsExactly(key(1, b));
    }

    @Test
    void arePurgedWithTheirNotesWhenTheyHaveExpired() {
      writeFirst(Condition.NONE, key(1, 1, a), a);
      l3().purge();
      assertThat(stale()).containsExactlyElementsOf(writes(conversation, a));
      assertThat(l3().write(writes(conversation, key(1, 1, a)))).isEmpty();
    }

    @Test
    void areErasedWithTheConversationAndMayBeUsedAgain() {
      write(key(1, a), a);
      assertThat(l3().erase(conversation, stamp(1).next(9))).isTrue();
      assertThat(held().keys()).isEmpty();
      Write late = new Write(conversation, key(1, a));
      assertThat(l3().write(List.of(late)))
          .containsExactly(new Refusal(late, Reason.ERASED, null));
      assertThat(writeFirst(Condition.NONE, key(1, c), c)).isEqualTo(WriteReply.accepted(false));
    }
  }
}
