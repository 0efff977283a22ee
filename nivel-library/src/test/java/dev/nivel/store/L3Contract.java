package dev.nivel.store;

import dev.nivel.store.NodeRegistry.Epoch;
import dev.nivel.store.NodeRegistry.Node;
import dev.nivel.store.NodeRegistry.Report;
import dev.nivel.store.Refusal.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.texts;
import static dev.nivel.store.Fields.tombstone;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;

/** What every L3 must do, real or fake. */
public abstract class L3Contract extends L3DictionaryContract {
  private static final Report REPORT = new Report("bypass", "life 7", new Epoch(5, true),
      Set.of(3L, 4L));

  @Nested
  class WriteBehind {
    @Test
    void storesEntriesAndItemsAsTheyAre() {
      byte[] bytes = new byte[256];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) i;
      }
      Entry odd = new Entry("né'\"\\", stamp(1), Value.of(bytes, "application/x-odd; a=\"b\""),
          Fields.NOW_MILLIS * 2);
      assertThat(write(odd, item(2, "a"), item(3, ""))).isEmpty();
      assertThat(l3().entry(conversation, odd.name())).contains(odd);
      Contents held = held();
      assertThat(held.entries()).isEqualTo(Map.of(odd.name(), odd));
      assertThat(held.items()).containsExactly(item(2, "a"), item(3, ""));
      assertThat(held.isComplete()).isTrue();
      assertThat(held.itemsFrom()).isEqualTo(Stamp.NONE);
    }

    @Test
    void knowsThatThereIsNothing() {
      assertThat(l3().entry(conversation, "x")).isEmpty();
      assertThat(held()).isEqualTo(Contents.EMPTY);
    }

    @Test
    void neverReplacesANewerVersionAndSaysWhatItHolds() {
      write(entry("x", 5, "five"));
      Write older = new Write(conversation, entry("x", 4, "four"));
      assertThat(l3().write(List.of(older)))
          .containsExactly(new Refusal(older, Reason.NEWER, entry("x", 5, "five")));
      assertThat(write(entry("x", 6, "six"))).isEmpty();
      assertThat(l3().entry(conversation, "x")).contains(entry("x", 6, "six"));
    }

    @Test
    void mayBeRepeated() {
      write(entry("x", 5, "five"), item(6, "a"), tombstone("y", 7));
      assertThat(write(entry("x", 5, "five"), item(6, "a"), tombstone("y", 7))).isEmpty();
      assertThat(texts(held().items())).containsExactly("a");
    }

    @Test
    void storesWhatIsNewOfItemsThatArePartlyThere() {
      write(item(5, "a"), item(6, "b"));
      Write other = new Write(conversation, item(6, "c"));
      assertThat(l3().write(List.of(new Write(conversation, item(4, "0")),
          new Write(conversation, item(5, "a")), other, new Write(conversation, item(7, "d")))))
          .containsExactly(new Refusal(other, Reason.CONFLICT, item(6, "b")));
      assertThat(texts(held().items())).containsExactly("0", "a", "b", "d");
    }

    @Test
    void tellsAnEqualStampWithOtherBytesApart() {
      write(entry("x", 5, "five"), item(6, "a"));
      Write entry = new Write(conversation, entry("x", 5, "other"));
      Write item = new Write(conversation, item(6, "b"));
      assertThat(l3().write(List.of(entry, item))).containsExactlyInAnyOrder(
          new Refusal(entry, Reason.CONFLICT, entry("x", 5, "five")),
          new Refusal(item, Reason.CONFLICT, item(6, "a")));
    }

    @Test
    void storesTombstones() {
      write(entry("x", 1, "1"));
      assertThat(write(tombstone("x", 2))).isEmpty();
      assertThat(l3().entry(conversation, "x")).contains(tombstone("x", 2));
      Write older = new Write(conversation, entry("x", 1, "1"));
      assertThat(l3().write(List.of(older)))
          .containsExactly(new Refusal(older, Reason.NEWER, tombstone("x", 2)));
    }

    @Test
    void takesManyConversationsAtOnce() {
      List<Write> many = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        many.add(new Write(conversation + i, entry("x", i, "v" + i)));
        many.add(new Write(conversation + i, item(i, "i" + i)));
      }
      assertThat(l3().write(many)).isEmpty();
      Map<String, Contents> read = l3()
          .conversations(many.stream().map(Write::conversation).distinct().toList());
      assertThat(read).hasSize(300);
      read.forEach((id, contents) -> assertThat(contents.fields()).hasSize(2));
    }
  }

  @Nested
  class Items {
    private void writeItems(int count) {
      List<Write> items = new ArrayList<>();
      for (int i = 1; i <= count; i++) {
        items.add(new Write(conversation, item(i, "t" + i)));
      }
      l3().write(items);
    }

    @Test
    void areReadFromTheEndAndBeforeAnother() {
      writeItems(9);
      assertThat(texts(l3().itemsBefore(conversation, Optional.empty(), 3)))
          .containsExactly("t7", "t8", "t9");
      assertThat(texts(l3().itemsBefore(conversation, Optional.of(stamp(4)), 5)))
          .containsExactly("t1", "t2", "t3");
    }

    @Test
    void areReadAfterAnother() {
      writeItems(9);
      assertThat(texts(l3().itemsAfter(conversation, stamp(4), 3)))
          .containsExactly("t5", "t6", "t7");
      assertThat(texts(l3().itemsAfter(conversation, stamp(9), 3))).isEmpty();
      assertThat(texts(l3().itemsAfter(conversation, Stamp.NONE, 1))).containsExactly("t1");
    }

    @Test
    void ofALongConversationAreLeftToTheNewestAndItSaysFromWhereOn() {
      writeItems(201);
      Contents held = held();
      assertThat(held.items()).hasSize(200);
      assertThat(held.itemsFrom()).isEqualTo(stamp(2));
      assertThat(held.lastItem()).isEqualTo(stamp(201));
    }

    @Test
    void thatAreLargeAreLeftToTheNewestThatFit() {
      String large = "x".repeat(100 * 1_024);
      write(item(1, large), item(2, large), item(3, large));
      assertThat(held().items()).hasSize(2);
      assertThat(held().itemsFrom()).isEqualTo(stamp(2));
    }

    @Test
    void keepOneHoweverLargeItIs() {
      write(item(1, "small"), item(2, "x".repeat(300 * 1_024)));
      assertThat(held().items()).hasSize(1);
      assertThat(held().itemsFrom()).isEqualTo(stamp(2));
    }
  }

  @Nested
  class WriteFirst {
    @Test
    void storesAndNotesThatL2MustBeTold() {
      assertThat(writeFirst(Condition.NONE, entry("x", 1, "1")))
          .isEqualTo(WriteReply.accepted(false));
      assertThat(writeFirst(Condition.NONE, item(2, "a"), item(3, "b")))
          .isEqualTo(WriteReply.accepted(false));
      assertThat(stale()).containsExactlyInAnyOrderElementsOf(
          writes(conversation, entry("x", 1, "1"), item(2, "a"), item(3, "b")));
      l3().toldL2(stale());
      assertThat(stale()).isEmpty();
    }

    @Test
    void notesWhatWasCommittedAndL2WasNotToldOf() {
      write(entry("x", 1, "1"), item(2, "a"));
      assertThat(stale()).isEmpty();
      List<Write> committed = writes(conversation, entry("x", 1, "1"), item(2, "a"));
      l3().noteForL2(committed);
      l3().noteForL2(committed);
      assertThat(stale()).containsExactlyInAnyOrderElementsOf(committed);
      l3().toldL2(committed);
      assertThat(stale()).isEmpty();
    }

    @Test
    void notesNothingThatWasErasedSince() { // seed 129: nobody would ever be told of it
      write(entry("x", 1, "1"), item(2, "a"));
      l3().erase(conversation, stamp(3));
      l3().noteForL2(writes(conversation, entry("x", 1, "1"), item(2, "a")));
      assertThat(stale()).isEmpty();
    }

    @Test
    void keepsANoteThatWasRenewedMeanwhile() {
      writeFirst(Condition.NONE, entry("x", 1, "1"));
      List<Write> told = stale();
      writeFirst(Condition.NONE, entry("x", 2, "2"));
      l3().toldL2(told);
      assertThat(stale()).containsExactlyElementsOf(writes(conversation, entry("x", 2, "2")));
    }

    @Test
    void refusesWhatIsNotNewerAndChangesNothing() {
      write(entry("x", 5, "5"), item(5, "a"));
      assertThat(writeFirst(Condition.NONE, entry("x", 4, "4")))
          .isEqualTo(WriteReply.refused(stamp(5)));
      assertThat(writeFirst(Condition.NONE, item(4, "b"), item(6, "c")))
          .isEqualTo(WriteReply.refused(stamp(5)));
      assertThat(stale()).isEmpty();
      assertThat(texts(held().items())).containsExactly("a");
    }

    @Test
    void storesItemsThatL2MayHaveUnderTheirStamps() {
      write(item(5, "b"));
      WriteReply reply = l3().writeFirst(conversation, List.of(item(4, "a")), Condition.NONE, true);
      assertThat(reply.outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
      assertThat(texts(held().items())).containsExactly("a", "b");
    }

    @Test
    void judgesConditions() {
      assertThat(writeFirst(Condition.at(stamp(1)), entry("x", 2, "2")))
          .isEqualTo(WriteReply.conditionFailed(Stamp.NONE));
      assertThat(writeFirst(Condition.ABSENT, entry("x", 2, "2")))
          .isEqualTo(WriteReply.accepted(false));
      assertThat(writeFirst(Condition.ABSENT, entry("x", 3, "3")))
          .isEqualTo(WriteReply.conditionFailed(stamp(2)));
      assertThat(writeFirst(Condition.at(stamp(2)), entry("x", 3, "3")))
          .isEqualTo(WriteReply.accepted(true));
      writeFirst(Condition.NONE, tombstone("x", 4));
      assertThat(writeFirst(Condition.at(stamp(4)), entry("x", 5, "5")))
          .isEqualTo(WriteReply.conditionFailed(Stamp.NONE));
    }

    @Test
    void mayBeRepeatedWhateverItsCondition() {
      writeFirst(Condition.ABSENT, entry("x", 2, "2"));
      assertThat(writeFirst(Condition.ABSENT, entry("x", 2, "2")).outcome())
          .isEqualTo(WriteReply.Outcome.ACCEPTED);
      writeFirst(Condition.NONE, item(3, "a"), item(4, "b"));
      assertThat(writeFirst(Condition.NONE, item(3, "a"), item(4, "b")).outcome())
          .isEqualTo(WriteReply.Outcome.ACCEPTED);
    }
  }

  @Nested
  class Erasing {
    @Test
    void removesWhatIsNotNewerAndBarsItsReturn() {
      write(entry("x", 1, "1"), item(2, "a"), entry("y", 9, "9"));
      assertThat(l3().erase(conversation, stamp(5))).isTrue();
      assertThat(held().fields()).containsExactly(entry("y", 9, "9"));
      assertThat(held().erased()).isEqualTo(stamp(5));
      Write late = new Write(conversation, item(4, "late"));
      assertThat(l3().write(List.of(late)))
          .containsExactly(new Refusal(late, Reason.ERASED, null));
      Write lateEntry = new Write(conversation, entry("x", 3, "late"));
      assertThat(l3().write(List.of(lateEntry)))
          .containsExactly(new Refusal(lateEntry, Reason.ERASED, null));
      assertThat(writeFirst(Condition.NONE, entry("z", 5, "late")))
          .isEqualTo(WriteReply.refused(stamp(5)));
      assertThat(write(item(6, "new"))).isEmpty();
    }

    @Test
    void takesAStampForOneConversationOnly() {
      Stamp stamp = new Stamp(conversation.hashCode() & 0x7fffffffL);
      assertThat(l3().erase(conversation, stamp)).isTrue();
      assertThat(l3().erase(conversation, stamp)).isTrue();
      assertThat(l3().erase(conversation + "2", stamp)).isFalse();
    }

    @Test
    void isOpenUntilEveryLivingNodeHasConfirmed() {
      int node = l3().nodes().claim("node of " + conversation).number();
      l3().nodes().heartbeat(node, "node of " + conversation, REPORT);
      Stamp stamp = new Stamp((conversation.hashCode() & 0x7fffffffL) + 1);
      l3().erase(conversation, stamp);
      assertThat(l3().nodes().heartbeat(node, "node of " + conversation, REPORT).erasures())
          .contains(new NodeRegistry.Erasure(conversation, stamp));
      assertThat(l3().nodes().erasure(stamp).orElseThrow().unconfirmed()).contains(node);
      l3().nodes().confirmErase(stamp, node);
      assertThat(l3().nodes().erasure(stamp).orElseThrow().unconfirmed()).doesNotContain(node);
    }

    @Test
    void isSeenByANodeThatComesLaterAndHasNoneOfItsOwn() { // I12: its journal may hold it
      Stamp stamp = new Stamp((conversation.hashCode() & 0x7fffffffL) + 2);
      l3().erase(conversation, stamp);
      String identity = "late node of " + conversation;
      int node = l3().nodes().claim(identity).number();
      assertThat(l3().nodes().heartbeat(node, identity, REPORT).erasures())
          .contains(new NodeRegistry.Erasure(conversation, stamp));
      assertThat(l3().nodes().heartbeat(node, identity, REPORT).erasures())
          .contains(new NodeRegistry.Erasure(conversation, stamp));
      l3().nodes().confirmErase(stamp, node);
      l3().nodes().leave(node, identity);
    }
  }

  @Nested
  class Nodes {
    @Test
    void haveNumbersOfTheirOwnAndGetTheirFormerOnesBack() {
      int first = l3().nodes().claim("first of " + conversation).number();
      int second = l3().nodes().claim("second of " + conversation).number();
      assertThat(second).isNotEqualTo(first);
      assertThat(l3().nodes().claim("first of " + conversation).number()).isEqualTo(first);
      NodeRegistry.Roster roster = l3().nodes()
          .heartbeat(first, "first of " + conversation, REPORT);
      assertThat(roster.isOwner()).isTrue();
      assertThat(roster.living()).contains(first, second);
      assertThat(node(roster, second)).matches(node -> node.isLiving()
          && node.offered().isEmpty() && !node.epoch().isSome() && node.confirmed().isEmpty());
      Node seen = node(l3().nodes().heartbeat(second, "second of " + conversation, REPORT), first);
      assertThat(new Report("bypass", seen.offered(), seen.epoch(), seen.confirmed()))
          .isEqualTo(REPORT);
      assertThat(seen.silence()).isLessThan(Duration.ofMinutes(1));
      l3().nodes().leave(second, "second of " + conversation);
      assertThat(l3().nodes().heartbeat(first, "first of " + conversation, REPORT).living())
          .doesNotContain(second);
      l3().nodes().leave(first, "first of " + conversation);
    }

    private Node node(NodeRegistry.Roster roster, int number) {
      return roster.nodes()
          .stream()
          .filter(node -> node.number() == number)
          .findFirst()
          .orElseThrow();
    }

    @Test
    void thatComeBackHaveReportedNothingYet() {
      String identity = "fifth of " + conversation;
      int number = l3().nodes().claim(identity).number();
      l3().nodes().heartbeat(number, identity, REPORT);
      l3().nodes().claim(identity);
      String other = "sixth of " + conversation;
      int another = l3().nodes().claim(other).number();
      Node back = node(l3().nodes().heartbeat(another, other, REPORT), number);
      assertThat(back.offered()).isEmpty();
      assertThat(back.epoch()).isEqualTo(Epoch.NONE);
      assertThat(back.confirmed()).isEmpty();
      l3().nodes().leave(number, identity);
      l3().nodes().leave(another, other);
    }

    @Test
    void thatDidNotLeaveAreKnownToBeOpenWhenTheyComeBack() {
      String identity = "fourth of " + conversation;
      assertThat(l3().nodes().claim(identity).isFormerLifeOpen()).isFalse();
      assertThat(l3().nodes().claim(identity).isFormerLifeOpen()).isTrue();
      l3().nodes().leave(l3().nodes().claim(identity).number(), identity);
      assertThat(l3().nodes().claim(identity).isFormerLifeOpen()).isFalse();
      l3().nodes().leave(l3().nodes().claim(identity).number(), identity);
    }

    @Test
    void noticeThatTheirNumberWasTaken() {
      int number = l3().nodes().claim("third of " + conversation).number();
      assertThat(l3().nodes().heartbeat(number, "somebody else", REPORT).isOwner()).isFalse();
      l3().nodes().leave(number, "third of " + conversation);
    }
  }

  @Test
  void purgesTheContentsOfWhatHasExpiredButKeepsItsStamp() {
    long now = System.currentTimeMillis();
    Entry expired = new Entry("x", Stamp.at(now, 1), Value.json("1"), now - 1_000);
    write(expired);
    l3().purge();
    Entry purged = l3().entry(conversation, "x").orElseThrow();
    assertThat(purged.content()).isNull();
    assertThat(purged.stamp()).isEqualTo(expired.stamp());
    Write again = new Write(conversation, expired);
    assertThat(l3().write(List.of(again))).extracting(Refusal::reason)
        .containsExactly(Reason.NEWER);
  }
}
