package dev.nivel.supabase;

import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedServer;
import dev.nivel.store.Condition;
import dev.nivel.store.NodeRegistry;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import dev.nivel.store.WriteReply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** L3 while what it stands on is out, and after it came back, whichever way in. */
abstract class L3OutageContract {
  static final Duration IMPATIENT = Duration.ofSeconds(1);
  static final Duration WAIT_MAX = Duration.ofMinutes(1);

  final String conversation = "call ñ " + UUID.randomUUID();
  private SupabaseL3 l3;

  /** What it stands on. */
  abstract EmbeddedPostgres postgres();

  /** An L3 of little patience. */
  abstract SupabaseL3 open();

  @BeforeEach
  void write() {
    l3 = open();
    awaitWrite(1);
  }

  @AfterEach
  void close() {
    l3.close();
    heal(postgres());
  }

  static void heal(EmbeddedServer server) {
    if (server.isRunning()) {
      server.thaw();
    } else {
      server.restart();
    }
  }

  /** It writes under the same stamp until it succeeds, as every write may be repeated. */
  private void awaitWrite(int millis) {
    await().atMost(WAIT_MAX)
        .ignoreExceptionsInstanceOf(UnavailableException.class)
        .untilAsserted(() -> assertThat(
            l3.write(writes(conversation, entry("x", millis, "v" + millis)))).isEmpty());
  }

  private List<ThrowingCallable> operations() {
    return List.of(
        () -> l3.entry(conversation, "x"),
        () -> l3.conversations(List.of(conversation)),
        () -> l3.itemsBefore(conversation, Optional.empty(), 1),
        () -> l3.write(writes(conversation, entry("x", 1, "v1"))),
        () -> l3.writeFirst(conversation, List.of(entry("y", 1, "1")), Condition.NONE, false),
        () -> l3.staleInL2(1),
        () -> l3.erase(conversation + "2", stamp(5)),
        () -> l3.nodes()
            .heartbeat(1, "somebody", new NodeRegistry.Report("normal", "",
                NodeRegistry.Epoch.NONE, Set.of())),
        l3::purge,
        l3::probe);
  }

  void assertUnavailable() {
    for (ThrowingCallable operation : operations()) {
      long start = System.nanoTime();
      assertThatThrownBy(operation).isInstanceOf(UnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(WAIT_MAX);
    }
  }

  void assertWorksAgain() {
    awaitWrite(2);
    await().atMost(WAIT_MAX)
        .ignoreExceptionsInstanceOf(UnavailableException.class)
        .untilAsserted(() -> assertThat(l3.entry(conversation, "x"))
            .contains(entry("x", 2, "v2")));
  }

  @Test
  void aFrozenOneFailsWithinBoundsAndWorksAgainAfterTheThaw() {
    postgres().freeze();
    assertUnavailable();
    postgres().thaw();
    assertWorksAgain();
  }

  /** By then its caller has repeated it, perhaps under another stamp and where Redis judges. */
  @Test
  void aWritePastRedisThatAFrozenOneCarriesOutTooLateIsUndone() {
    await().atMost(WAIT_MAX)
        .ignoreExceptionsInstanceOf(UnavailableException.class)
        .untilAsserted(this::freezeDuringAWrite);
    await().pollDelay(IMPATIENT).until(() -> true);
    postgres().thaw();
    assertWorksAgain();
    await().during(IMPATIENT).until(() -> l3.entry(conversation, "late").isEmpty());
    beat();
    assertThat(writeFirst().outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
  }

  /** On a busy machine the pool may look after its connection first, and finds none then. */
  private void freezeDuringAWrite() {
    postgres().thaw();
    beat();
    l3.entry(conversation, "late");
    postgres().freeze();
    assertThatThrownBy(this::writeFirst)
        .isInstanceOfSatisfying(UnavailableException.class,
            failure -> assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN));
  }

  private WriteReply writeFirst() {
    return l3.writeFirst(conversation, List.of(entry("late", 1, "1")), Condition.NONE, false);
  }

  private void beat() {
    int number = l3.nodes().claim("late").number();
    l3.nodes()
        .heartbeat(number, "late", new NodeRegistry.Report("normal", "",
            NodeRegistry.Epoch.NONE, Set.of()));
  }

  @Test
  void aKilledOneFailsAndWorksAgainAfterItsRestart() {
    postgres().kill();
    assertUnavailable();
    postgres().restart();
    assertWorksAgain();
  }

  @Test
  void aRestartWithoutAnyCallInBetweenIsSurvived() {
    postgres().kill();
    postgres().restart();
    assertWorksAgain();
  }
}
