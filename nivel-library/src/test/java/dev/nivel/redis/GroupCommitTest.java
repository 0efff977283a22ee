package dev.nivel.redis;

import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class GroupCommitTest {
  private static final int TOGETHER_MAX = GroupCommit.CALLS_MAX;

  /** What has left, and how each batch is answered. */
  private final List<List<Turn>> batches = new ArrayList<>();
  private final List<CompletableFuture<BatchReply>> replies = new ArrayList<>();
  private final GroupCommit queue = new GroupCommit(batch -> {
    CompletableFuture<BatchReply> reply = new CompletableFuture<>();
    batches.add(batch);
    replies.add(reply);
    return reply;
  });

  private Turn enter(int bytes) {
    return queue.enter(new byte[0][], new byte[][]{new byte[bytes]});
  }

  private Turn call() {
    Turn turn = enter(1);
    turn.depart();
    return turn;
  }

  private List<Turn> calls(int count) {
    return IntStream.range(0, count).mapToObj(i -> call()).toList();
  }

  private void answer(int batch, String text) {
    replies.get(batch)
        .complete(BatchReply.parse(Script.WRITE, RedisKeys.ascii(text),
            batches.get(batch).size()));
  }

  private static String ok(int count) {
    return "1:2:OK".repeat(count);
  }

  private static String textOf(Turn turn) {
    return RedisKeys.text(turn.join().get(0));
  }

  @Test
  void aCallLeavesAtOnceWhileFewAreOnTheirWay() {
    Turn first = call();
    Turn second = call();
    assertThat(batches).containsExactly(List.of(first), List.of(second));
  }

  @Test
  void othersWaitAndLeaveTogetherInTheirOrderWhenABatchReturns() {
    calls(2);
    List<Turn> waiting = calls(5);
    assertThat(batches).hasSize(2);
    answer(1, ok(1));
    assertThat(batches).hasSize(3);
    assertThat(batches.get(2)).containsExactlyElementsOf(waiting);
    Turn next = call();
    assertThat(batches).as("two are on their way").hasSize(3);
    answer(0, ok(1));
    assertThat(batches.get(3)).containsExactly(next);
  }

  @Test
  void callsThatEnteredTogetherLeaveTogether() {
    List<Turn> turns = List.of(enter(1), enter(1), enter(1));
    turns.forEach(Turn::depart);
    assertThat(batches).containsExactly(turns);
  }

  @Test
  void aBatchHasAGreatestNumberOfCalls() {
    calls(2);
    List<Turn> waiting = calls(TOGETHER_MAX + 1);
    answer(0, ok(1));
    assertThat(batches.get(2)).containsExactlyElementsOf(waiting.subList(0, TOGETHER_MAX));
    answer(2, ok(TOGETHER_MAX));
    assertThat(batches.get(3)).containsExactly(waiting.get(TOGETHER_MAX));
  }

  @Test
  void aBatchHasAGreatestSizeThatOnlyASingleCallMayExceed() {
    calls(2);
    Turn half = enter(GroupCommit.BYTES_MAX / 2);
    Turn otherHalf = enter(GroupCommit.BYTES_MAX / 2);
    Turn large = enter(GroupCommit.BYTES_MAX + 1);
    Turn small = enter(1);
    IntStream.range(0, 2).forEach(batch -> answer(batch, ok(1)));
    assertThat(batches.subList(2, 4)).containsExactly(List.of(half, otherHalf), List.of(large));
    answer(2, ok(2));
    assertThat(batches.get(4)).containsExactly(small);
  }

  @Test
  void eachCallGetsItsOwnReply() {
    List<Turn> turns = List.of(enter(1), enter(1), enter(1));
    turns.forEach(Turn::depart);
    answer(0, "1:1:a1:1:b1:1:c");
    assertThat(turns).extracting(GroupCommitTest::textOf).containsExactly("a", "b", "c");
  }

  @Test
  void theErrorOfOneCallIsItsOwn() {
    List<Turn> turns = List.of(enter(1), enter(1));
    turns.forEach(Turn::depart);
    answer(0, "2:5:ERROR13:WRONGTYPE key1:2:OK");
    assertThatThrownBy(() -> textOf(turns.get(0))).hasMessageContaining("WRONGTYPE key");
    assertThat(textOf(turns.get(1))).isEqualTo("OK");
  }

  @Test
  void theFailureOfABatchIsThatOfEachOfItsCallsAndTheNextLeaves() {
    List<Turn> turns = List.of(enter(1), enter(1));
    turns.forEach(Turn::depart);
    Turn before = call();
    Turn next = call();
    replies.get(0)
        .completeExceptionally(
            new UnavailableException("the line is cut", Outcome.UNKNOWN, null));
    assertThat(turns).allSatisfy(
        turn -> assertThatThrownBy(turn::join).hasMessageContaining("the line is cut"));
    assertThat(batches.get(2)).containsExactly(next);
    assertThat(List.of(before, next)).noneMatch(Turn::isDone);
  }

  @Test
  void aLineThatIsCutFailsAllThatWaitHoweverManyTheyAre() {
    byte[] large = new byte[GroupCommit.BYTES_MAX];
    GroupCommit cut = new GroupCommit(batch -> CompletableFuture.failedFuture(
        new UnavailableException("the line is cut", Outcome.UNKNOWN, null)));
    List<Turn> turns = IntStream.range(0, GroupCommit.WAITING_MAX)
        .mapToObj(i -> cut.enter(new byte[0][], new byte[][]{large}))
        .toList();
    cut.depart();
    assertThat(turns).allMatch(Turn::isCompletedExceptionally);
  }

  @Test
  void aCallThatIsGivenUpWhileItWaitsIsNeverSent() {
    calls(2);
    Turn givenUp = call();
    Turn patient = call();
    assertThat(givenUp.withdraw()).isTrue();
    answer(0, ok(1));
    assertThat(batches.get(2)).containsExactly(patient);
    assertThat(patient.withdraw()).as("it has left").isFalse();
  }

  @Test
  void takesNoMoreThanItsBound() {
    calls(2 + GroupCommit.WAITING_MAX);
    assertThatThrownBy(this::call).isInstanceOf(UnavailableException.class)
        .hasMessageContaining("4096 scripts wait");
  }
}
