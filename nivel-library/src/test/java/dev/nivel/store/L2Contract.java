package dev.nivel.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.texts;
import static dev.nivel.store.Fields.tombstone;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What every L2 must do, real or fake. */
public abstract class L2Contract extends L2KeyContract {
  private static final int LIMIT = 10_000;

  /** Lets time pass for a store whose clock stands still. */
  protected void pass(Duration duration) {}

  private WriteReply writeIf(Condition condition, Field field) {
    return l2().write(conversation, List.of(field), condition);
  }

  @Nested
  class Entries {
    @Test
    void areReturnedAsTheyWereWritten() {
      byte[] bytes = new byte[256];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) i;
      }
      Entry odd = new Entry("né {*}\\", stamp(1), Value.of(bytes, "application/x-odd; a=\"b\""),
          Fields.NOW_MILLIS * 2);
      write(odd);
      assertThat(l2().entry(conversation, odd.name())).isEqualTo(new Lookup(odd, true));
    }

    @Test
    void thatAreNotThereAreUnknownRatherThanAbsent() {
      assertThat(l2().entry(conversation, "x")).isEqualTo(Lookup.UNKNOWN);
      write(entry("y", 1, "1"));
      assertThat(l2().entry(conversation, "x")).isEqualTo(Lookup.UNKNOWN);
    }

    @Test
    void areReplacedByNewerVersionsOnly() {
      assertThat(write(entry("x", 5, "five"))).isEqualTo(WriteReply.accepted(false));
      assertThat(write(entry("x", 4, "four"))).isEqualTo(WriteReply.refused(stamp(5)));
      assertThat(write(entry("x", 6, "six"))).isEqualTo(WriteReply.accepted(true));
      assertThat(l2().entry(conversation, "x").entry()).isEqualTo(entry("x", 6, "six"));
    }

    @Test
    void areRefusedUnderAStampThatAnotherValueHas() {
      write(entry("x", 5, "five"));
      assertThat(write(entry("x", 5, "other"))).isEqualTo(WriteReply.refused(stamp(5)));
    }

    @Test
    void mayBeWrittenTwiceUnderTheSameStamp() {
      write(entry("x", 5, "five"));
      assertThat(write(entry("x", 5, "five")).outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
    }

    @Test
    void leaveATombstoneThatKnowsTheyAreGone() {
      write(entry("x", 1, "1"));
      assertThat(write(tombstone("x", 2))).isEqualTo(WriteReply.accepted(true));
      assertThat(l2().entry(conversation, "x")).isEqualTo(new Lookup(tombstone("x", 2), true));
      assertThat(write(entry("x", 3, "3"))).isEqualTo(WriteReply.accepted(false));
    }
  }

  @Nested
  class Conditions {
    @Test
    void onAnEntryThatIsHeldAreJudged() {
      write(entry("x", 1, "1"));
      assertThat(writeIf(Condition.ABSENT, entry("x", 2, "2")))
          .isEqualTo(WriteReply.conditionFailed(stamp(1)));
      assertThat(writeIf(Condition.at(stamp(7)), entry("x", 2, "2")))
          .isEqualTo(WriteReply.conditionFailed(stamp(1)));
      assertThat(writeIf(Condition.at(stamp(1)), entry("x", 2, "2")).outcome())
          .isEqualTo(WriteReply.Outcome.ACCEPTED);
    }

    @Test
    void onADeletedEntrySeeNone() {
      write(tombstone("x", 1));
      assertThat(writeIf(Condition.at(stamp(1)), entry("x", 2, "2")))
          .isEqualTo(WriteReply.conditionFailed(Stamp.NONE));
      assertThat(writeIf(Condition.ABSENT, entry("x", 2, "2")).outcome())
          .isEqualTo(WriteReply.Outcome.ACCEPTED);
    }

    @Test
    void onAnExpiredEntrySeeNone() {
      write(new Entry("x", stamp(1), Value.json("1"), 1));
      assertThat(writeIf(Condition.ABSENT, entry("x", 2, "2")))
          .isEqualTo(WriteReply.accepted(false));
    }

    @Test
    void onAnUnknownEntryAreNotJudgedBeforeTheConversationIsComplete() {
      assertThat(writeIf(Condition.ABSENT, entry("x", 2, "2"))).isEqualTo(WriteReply.unknown());
      fill(complete(entry("y", 1, "1")));
      assertThat(writeIf(Condition.at(stamp(1)), entry("x", 2, "2")))
          .isEqualTo(WriteReply.conditionFailed(Stamp.NONE));
      assertThat(writeIf(Condition.ABSENT, entry("x", 2, "2")).outcome())
          .isEqualTo(WriteReply.Outcome.ACCEPTED);
    }

    @Test
    void thatHoldBecauseOfTheWriteItselfAreNotHeldAgainstItsRepetition() {
      fill(complete());
      writeIf(Condition.ABSENT, entry("x", 2, "2"));
      assertThat(writeIf(Condition.ABSENT, entry("x", 2, "2")).outcome())
          .isEqualTo(WriteReply.Outcome.ACCEPTED);
    }
  }

  @Nested
  class Items {
    @Test
    void keepTheirOrder() {
      write(item(1, "a"), item(2, "b"));
      write(item(3, "c"));
      assertThat(texts(l2().conversation(conversation).items())).containsExactly("a", "b", "c");
    }

    @Test
    void thatAreNotNewerThanTheLastAreRefusedAllTogether() {
      write(item(5, "a"));
      assertThat(write(item(4, "b"), item(6, "c"))).isEqualTo(WriteReply.refused(stamp(5)));
      assertThat(texts(l2().conversation(conversation).items())).containsExactly("a");
    }

    @Test
    void ofARepeatedWriteAppearOnce() {
      write(item(1, "a"), item(2, "b"));
      assertThat(write(item(1, "a"), item(2, "b")).outcome())
          .isEqualTo(WriteReply.Outcome.ACCEPTED);
      assertThat(texts(l2().conversation(conversation).items())).containsExactly("a", "b");
    }
  }

  @Nested
  class Filling {
    @Test
    void makesWhatIsNotThereAbsent() {
      assertThat(fill(complete(entry("x", 1, "1"), item(2, "a")))).isTrue();
      assertThat(l2().entry(conversation, "x")).isEqualTo(new Lookup(entry("x", 1, "1"), true));
      assertThat(l2().entry(conversation, "y")).isEqualTo(new Lookup(null, true));
      assertThat(l2().conversation(conversation).isComplete()).isTrue();
      assertThat(unsyncedKeys()).isEmpty();
    }

    @Test
    void isTheRightOfOneAtATime() {
      assertThat(l2().beginFill(conversation)).isPresent();
      assertThat(l2().beginFill(conversation)).isEmpty();
    }

    @Test
    void isTheRightOfTheNextOneWhenItIsGivenBack() {
      l2().endFill(conversation, l2().beginFill(conversation).orElseThrow());
      assertThat(l2().beginFill(conversation)).isPresent();
    }

    @Test
    void isGivenBackByItsOwnerOnly() {
      String former = l2().beginFill(conversation).orElseThrow();
      String token = l2().takeFill(conversation);
      l2().endFill(conversation, former);
      assertThat(l2().fill(conversation, complete(), token)).isTrue();
    }

    @Test
    void isInVainAfterAnotherTookTheRight() {
      String former = l2().beginFill(conversation).orElseThrow();
      String token = l2().takeFill(conversation);
      assertThat(l2().fill(conversation, complete(entry("x", 1, "1")), former)).isFalse();
      assertThat(l2().fill(conversation, complete(entry("x", 1, "1")), token)).isTrue();
    }

    @Test
    void isInVainAfterAWrite() {
      String token = l2().beginFill(conversation).orElseThrow();
      write(entry("x", 2, "2"));
      assertThat(l2().fill(conversation, complete(entry("y", 1, "1")), token)).isFalse();
      assertThat(l2().entry(conversation, "y")).isEqualTo(Lookup.UNKNOWN);
    }

    @Test
    void isInVainAfterASettling() {
      write(entry("x", 1, "1"));
      String token = l2().beginFill(conversation).orElseThrow();
      l2().settle(writes(conversation, entry("x", 1, "1")));
      assertThat(l2().fill(conversation, complete(), token)).isFalse();
    }

    @Test
    void isInVainAfterASettlingOfWhatWasLost() {
      String token = l2().beginFill(conversation).orElseThrow();
      l2().settle(writes(conversation, entry("x", 1, "1")));
      assertThat(l2().fill(conversation, complete(), token)).isFalse();
      assertThat(l2().entry(conversation, "x")).isEqualTo(Lookup.UNKNOWN);
    }

    @Test
    void isInVainAfterAnErasure() {
      String token = l2().beginFill(conversation).orElseThrow();
      l2().erase(conversation, stamp(5));
      assertThat(l2().fill(conversation, complete(entry("y", 1, "1")), token)).isFalse();
    }

    @Test
    void keepsNewerVersionsAndWhatIsUnsynced() {
      write(entry("x", 5, "newer"), entry("z", 1, "older"));
      write(item(3, "c"));
      fill(complete(entry("x", 4, "older"), entry("z", 2, "newer"), item(1, "a"), item(2, "b")));
      Contents held = l2().conversation(conversation);
      assertThat(held.entries()).isEqualTo(
          Map.of("x", entry("x", 5, "newer"), "z", entry("z", 2, "newer")));
      assertThat(texts(held.items())).containsExactly("a", "b", "c");
      assertThat(unsyncedKeys()).containsExactly("e:x", "i:" + stamp(3));
    }

    @Test
    void withOneEntryDoesNotMakeTheConversationComplete() {
      fill(Contents.UNKNOWN.with(List.of(entry("x", 1, "1"))));
      assertThat(l2().entry(conversation, "x").isAuthoritative()).isTrue();
      assertThat(l2().entry(conversation, "y")).isEqualTo(Lookup.UNKNOWN);
    }

    @Test
    void keepsFromWhereOnTheItemsAreThere() {
      fill(new Contents(Map.of(), List.of(item(7, "g"), item(8, "h")), true, stamp(7),
          Stamp.NONE));
      assertThat(l2().conversation(conversation).itemsFrom()).isEqualTo(stamp(7));
    }
  }

  @Nested
  class Settling {
    @Test
    void removesFromTheUnsyncedWhatWasCommitted() {
      write(entry("x", 1, "1"), entry("y", 2, "2"));
      assertThat(unsyncedKeys()).containsExactly("e:x", "e:y");
      assertThat(l2().settle(writes(conversation, entry("x", 1, "1")))).isEmpty();
      assertThat(unsyncedKeys()).containsExactly("e:y");
    }

    @Test
    void leavesANewerVersionUnsynced() {
      write(entry("x", 1, "1"));
      write(entry("x", 2, "2"));
      l2().settle(writes(conversation, entry("x", 1, "1")));
      assertThat(unsyncedKeys()).containsExactly("e:x");
    }

    @Test
    void namesWhatIsHeldInAnOlderVersion() {
      write(entry("x", 1, "1"));
      Write newer = new Write(conversation, entry("x", 2, "2"));
      assertThat(l2().settle(List.of(newer))).containsExactly(newer);
    }

    @Test
    void namesWhatACompleteConversationLacks() {
      fill(complete(entry("y", 1, "1")));
      Write missing = new Write(conversation, entry("x", 2, "2"));
      assertThat(l2().settle(List.of(missing))).containsExactly(missing);
    }

    @Test
    void takesSeveralConversations() {
      String other = conversation + "2";
      write(entry("x", 1, "1"));
      l2().write(other, List.of(entry("x", 1, "1")), Condition.NONE);
      l2().settle(List.of(new Write(conversation, entry("x", 1, "1")),
          new Write(other, entry("x", 1, "1"))));
      assertThat(unsyncedKeys()).isEmpty();
      assertThat(l2().unsynced(other)).isEmpty();
    }
  }

  @Nested
  class Healing {
    @Test
    void storesWhatIsNewerAndSettlesIt() {
      write(entry("x", 1, "1"));
      l2().heal(writes(conversation, entry("x", 2, "2"), item(3, "a")), false);
      assertThat(l2().entry(conversation, "x").entry()).isEqualTo(entry("x", 2, "2"));
      assertThat(texts(l2().conversation(conversation).items())).containsExactly("a");
      assertThat(unsyncedKeys()).isEmpty();
    }

    @Test
    void settlesWhatIsTheSame() {
      write(entry("x", 1, "1"));
      l2().heal(writes(conversation, entry("x", 1, "1")), false);
      assertThat(unsyncedKeys()).isEmpty();
    }

    @Test
    void leavesWhatIsOlderAlone() {
      write(entry("x", 5, "5"));
      l2().heal(writes(conversation, entry("x", 4, "4")), false);
      assertThat(l2().entry(conversation, "x").entry()).isEqualTo(entry("x", 5, "5"));
      assertThat(unsyncedKeys()).containsExactly("e:x");
    }

    @Test
    void putsBackWhatWasUnsynced() {
      l2().heal(writes(conversation, entry("x", 5, "5"), item(6, "a")), true);
      assertThat(unsyncedKeys()).containsExactly("e:x", "i:" + stamp(6));
    }

    @Test
    void withdrawsTheRightToFill() {
      String token = l2().beginFill(conversation).orElseThrow();
      l2().heal(writes(conversation, entry("x", 5, "5")), false);
      assertThat(l2().fill(conversation, complete(), token)).isFalse();
    }
  }

  @Nested
  class Erasing {
    @Test
    void removesWhatIsNotNewerUnsyncedOrNot() {
      write(entry("x", 1, "1"), entry("y", 9, "9"));
      write(item(2, "a"));
      l2().erase(conversation, stamp(5));
      Contents held = l2().conversation(conversation);
      assertThat(held.entries().keySet()).containsExactly("y");
      assertThat(held.items()).isEmpty();
      assertThat(unsyncedKeys()).containsExactly("e:y");
    }

    @Test
    void barsTheReturnOfWhatIsNotNewer() {
      l2().erase(conversation, stamp(5));
      assertThat(write(entry("x", 4, "4"))).isEqualTo(WriteReply.refused(stamp(5)));
      l2().heal(writes(conversation, entry("x", 5, "5")), true);
      assertThat(l2().conversation(conversation).entries()).isEmpty();
      assertThat(write(entry("x", 6, "6")).outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
    }
  }

  @Nested
  class UnsyncedFields {
    @Test
    void areListedWithTheirValuesByConversation() {
      write(entry("x", 1, "1"));
      write(item(2, "a"));
      List<Field> listed = Objects.requireNonNull(
          l2().unsynced(Duration.ZERO.minusSeconds(1), LIMIT).get(conversation));
      assertThat(listed).containsExactlyInAnyOrder(entry("x", 1, "1"), item(2, "a"));
    }

    @Test
    void areNotListedBeforeTheyAreOfAge() {
      write(entry("x", 1, "1"));
      assertThat(l2().unsynced(Duration.ofMinutes(1), LIMIT)).doesNotContainKey(conversation);
    }
  }

  @Nested
  class Presence {
    @Test
    void isWhatANodeSaidForTheTimeThatItSaid() {
      assertThat(l2().isPresent(61)).isFalse();
      l2().present(61, Duration.ofHours(1));
      assertThat(l2().isPresent(61)).isTrue();
      assertThat(l2().isPresent(6)).isFalse();
      l2().present(61, Duration.ofMillis(1));
      pass(Duration.ofMillis(1));
      await().until(() -> !l2().isPresent(61));
    }
  }
}
