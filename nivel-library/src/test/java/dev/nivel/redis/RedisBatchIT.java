package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.store.Condition;
import dev.nivel.store.Contents;
import dev.nivel.store.Field;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import dev.nivel.store.Write;
import dev.nivel.store.WriteReply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.store.Fields.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** Calls of several callers that share a round trip. */
class RedisBatchIT {
  private static final Duration PATIENT = Duration.ofMinutes(2);
  private static final Duration IMPATIENT = Duration.ofMillis(1_500);
  private static final Duration AT_ONCE = RedisFixture.WAIT_MAX;
  private static final int SENT = GroupCommit.ON_THEIR_WAY_MAX;
  private static final int WAITING = 8;

  private Servers servers;
  private EmbeddedRedis redis;
  private RecordingListener listener;
  private RedisL2 l2;
  private PlainRedis plain;

  @BeforeEach
  void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    redis = servers.redis();
    listener = new RecordingListener();
    l2 = connect(PATIENT);
    plain = PlainRedis.at(redis.url());
    write(l2, "first", entry("x", 1, "1")); // so that Redis knows the script
  }

  @AfterEach
  void end() {
    plain.close();
    l2.close();
    servers.close();
  }

  private RedisL2 connect(Duration timeout) {
    RedisL2 opened = RedisFixture.open(redis.url(), timeout, RedisFixture.NODE);
    opened.listen(listener);
    opened.probe(true);
    return opened;
  }

  private static WriteReply write(RedisL2 by, String conversation, Field field) {
    return by.write(conversation, List.of(field), Condition.NONE);
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "call-" + i).toList();
  }

  private static List<Write> writes(int count) {
    return ids(count).stream()
        .map(id -> new Write(id, entry("x", 1, id)))
        .toList();
  }

  /** Callers of writes, each of which has begun to wait, while Redis stands still. */
  private List<FutureTask<WriteReply>> writers(RedisL2 by, Stream<String> ids) {
    List<FutureTask<WriteReply>> writers = new ArrayList<>();
    ids.forEach(id -> {
      FutureTask<WriteReply> writer = new FutureTask<>(() -> write(by, id, entry("x", 2, id)));
      Thread thread = new Thread(writer, id);
      thread.start();
      await().atMost(AT_ONCE)
          .until(() -> thread.getState() == Thread.State.TIMED_WAITING || writer.isDone());
      writers.add(writer);
    });
    return writers;
  }

  private static Outcome outcomeOf(FutureTask<WriteReply> failed) {
    ExecutionException failure = catchThrowableOfType(ExecutionException.class, failed::get);
    if (failure.getCause() instanceof UnavailableException unavailable) {
      return unavailable.outcome();
    }
    throw new AssertionError(failure);
  }

  @Test
  void whatIsSentForManyConversationsSharesRoundTrips() {
    l2.settle(writes(1));
    l2.heal(writes(1), true);
    long before = plain.calls("evalsha");
    l2.heal(writes(50), true);
    assertThat(plain.calls("evalsha") - before).isEqualTo(2);
    assertThat(ids(50)).allSatisfy(
        id -> assertThat(l2.entry(id, "x").entry()).isEqualTo(entry("x", 1, id)));
    l2.settle(writes(50));
    assertThat(plain.calls("evalsha") - before).isEqualTo(4);
    assertThat(ids(50)).allSatisfy(id -> assertThat(plain.indexed(id)).isEmpty());
  }

  @Test
  void fillsOf25ConversationsAreOneScript() {
    Map<String, Contents> contents = ids(25).stream()
        .collect(Collectors.toMap(Function.identity(),
            id -> Contents.EMPTY.with(List.of(entry("x", 1, id)))));
    l2.fill("first", Contents.EMPTY, l2.takeFill("first"));
    Map<String, String> tokens = l2.beginFills(contents.keySet());
    long before = plain.calls("evalsha");
    l2.fill(contents, tokens);
    assertThat(plain.calls("evalsha") - before).isEqualTo(1);
    assertThat(ids(25)).allSatisfy(
        id -> assertThat(l2.entry(id, "x").entry()).isEqualTo(entry("x", 1, id)));
  }

  @Test
  void writesThatWaitAreJudgedEachAndAllChangesAreHeard() throws Exception {
    write(l2, "call-7", entry("x", 3, "newer"));
    int heard = listener.changes().size();
    long before = plain.calls("evalsha");
    redis.freeze();
    List<FutureTask<WriteReply>> writers = writers(l2, ids(SENT + WAITING).stream());
    redis.thaw();
    for (int i = 0; i < writers.size(); i++) {
      WriteReply.Outcome outcome = writers.get(i).get().outcome();
      assertThat(outcome).isEqualTo(
          i == 7 ? WriteReply.Outcome.REFUSED : WriteReply.Outcome.ACCEPTED);
    }
    assertThat(plain.calls("evalsha") - before).isEqualTo(SENT + 1);
    await().atMost(AT_ONCE)
        .until(() -> listener.changes().size() >= heard + SENT + WAITING - 1);
  }

  @Test
  void theErrorOfOneConversationIsItsOwn() throws Exception {
    plain.commands().set(PlainRedis.hash("call-5"), "no hash");
    redis.freeze();
    List<FutureTask<WriteReply>> writers = writers(l2, ids(SENT + WAITING).stream());
    redis.thaw();
    for (int i = 0; i < writers.size(); i++) {
      if (i == 5) {
        assertThat(outcomeOf(writers.get(i))).isEqualTo(Outcome.NOT_APPLIED);
        assertThatThrownBy(writers.get(i)::get).hasMessageContaining("WRONGTYPE");
      } else {
        assertThat(writers.get(i).get()).isEqualTo(WriteReply.accepted(false));
        assertThat(l2.entry("call-" + i, "x").entry()).isEqualTo(entry("x", 2, "call-" + i));
      }
    }
    assertThat(plain.indexed("call-5")).isEmpty();
  }

  /** One token lets one filling pass, also if several are in one batch. */
  @Test
  void aTokenIsGoodOnce() throws Exception {
    l2.fill("first", Contents.EMPTY, l2.takeFill("first"));
    String token = l2.takeFill("once");
    redis.freeze();
    List<FutureTask<Boolean>> fillers = new ArrayList<>();
    for (String id : List.of("first", "first", "once", "once")) {
      FutureTask<Boolean> filler = new FutureTask<>(() -> l2.fill(id, Contents.EMPTY, token));
      Thread thread = new Thread(filler, id);
      thread.start();
      await().atMost(AT_ONCE).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
      fillers.add(filler);
    }
    redis.thaw();
    assertThat(fillers.get(2).get()).isTrue();
    assertThat(fillers.get(3).get()).isFalse();
  }

  @Test
  void whatWaitsWhileRedisIsFrozenFailsInTimeAndIsNeverApplied() {
    try (RedisL2 impatient = connect(IMPATIENT)) {
      long before = plain.calls("evalsha");
      long start = System.nanoTime();
      redis.freeze();
      List<FutureTask<WriteReply>> writers = writers(impatient, ids(SENT + WAITING).stream());
      List<Outcome> outcomes = writers.stream().map(RedisBatchIT::outcomeOf).toList();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
      redis.thaw();
      impatient.probe(false); // over the same connection, so that all that was sent has run
      assertThat(plain.calls("evalsha") - before)
          .isEqualTo(outcomes.stream().filter(Outcome.UNKNOWN::equals).count());
      assertThat(outcomes.subList(0, SENT)).containsOnly(Outcome.UNKNOWN);
      assertThat(outcomes.subList(SENT, outcomes.size())).containsOnly(Outcome.NOT_APPLIED);
      assertThat(ids(SENT + WAITING)).allSatisfy(
          id -> assertThat(plain.commands().exists(PlainRedis.hash(id))).isZero());
      assertThat(write(impatient, "call-0", entry("x", 2, "again")))
          .isEqualTo(WriteReply.accepted(false));
    }
  }

  @Test
  void whatWaitsWhenRedisDiesFailsAtOnce() {
    redis.freeze();
    List<FutureTask<WriteReply>> writers = writers(l2, ids(SENT + WAITING).stream());
    redis.kill();
    long start = System.nanoTime();
    assertThat(writers).extracting(RedisBatchIT::outcomeOf).containsOnly(Outcome.UNKNOWN);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENT);
  }
}
