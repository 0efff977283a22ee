package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.store.Condition;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.NodeRegistry;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import dev.nivel.store.WriteReply;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** L3 while PostgreSQL is out or refuses, and after it came back. */
class JdbcOutageIT {
  private static final Duration IMPATIENT = Duration.ofSeconds(1);
  private static final Duration WAIT_MAX = Duration.ofMinutes(1);

  private static Servers servers;
  private static EmbeddedPostgres postgres;

  private final String conversation = "call ñ " + UUID.randomUUID();

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    postgres = servers.postgres();
    try (SupabaseL3 l3 = FreshDatabase.open(postgres.url())) {
      l3.probe();
    }
  }

  @AfterAll
  static void end() {
    servers.close();
  }

  @Nested
  class WhileItIsOut {
    private final SupabaseL3 l3 = FreshDatabase.open(postgres.url(), IMPATIENT);

    @BeforeEach
    void write() {
      awaitWrite(1);
    }

    @AfterEach
    void close() {
      l3.close();
      if (postgres.isRunning()) {
        postgres.thaw();
      } else {
        postgres.restart();
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

    private void assertUnavailable() {
      for (ThrowingCallable operation : operations()) {
        long start = System.nanoTime();
        assertThatThrownBy(operation).isInstanceOf(UnavailableException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(WAIT_MAX);
      }
    }

    private void assertWorksAgain() {
      awaitWrite(2);
      await().atMost(WAIT_MAX)
          .ignoreExceptionsInstanceOf(UnavailableException.class)
          .untilAsserted(() -> assertThat(l3.entry(conversation, "x"))
              .contains(entry("x", 2, "v2")));
    }

    @Test
    void aFrozenOneFailsWithinBoundsAndWorksAgainAfterTheThaw() {
      postgres.freeze();
      assertUnavailable();
      postgres.thaw();
      assertWorksAgain();
    }

    /** By then its caller has repeated it, perhaps under another stamp and where Redis judges. */
    @Test
    void aWritePastRedisThatAFrozenOneCarriesOutTooLateIsUndone() {
      beat();
      postgres.freeze();
      assertThatThrownBy(this::writeFirst)
          .isInstanceOfSatisfying(UnavailableException.class,
              failure -> assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN));
      await().pollDelay(IMPATIENT).until(() -> true);
      postgres.thaw();
      assertWorksAgain();
      await().during(IMPATIENT).until(() -> l3.entry(conversation, "late").isEmpty());
      beat();
      assertThat(writeFirst().outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
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
      postgres.kill();
      assertUnavailable();
      postgres.restart();
      assertWorksAgain();
    }

    @Test
    void aRestartWithoutAnyCallInBetweenIsSurvived() {
      postgres.kill();
      postgres.restart();
      assertWorksAgain();
    }
  }

  @Nested
  class WhatIsRefused {
    private static final String WRONG = "wr0ng-guess";

    private final String password = postgres.url().split("[:@]", 5)[2];
    private final String address = "127.0.0.1:" + postgres.port();

    /** The pool may need a while until it knows why it has no connection. */
    private void assertRefused(Class<? extends NivelException> kind, String url,
        String... explanations) {
      try (SupabaseL3 l3 = FreshDatabase.open(url, IMPATIENT)) {
        await().atMost(WAIT_MAX).untilAsserted(() -> {
          NivelException refusal = catchThrowableOfType(kind, () -> l3.entry(conversation, "x"));
          assertThat(refusal).isNotNull();
          assertThat(refusal.getMessage()).contains(explanations);
          assertThat(Throwables.getStackTrace(refusal)).doesNotContain(password, WRONG);
        });
      }
    }

    @Test
    void isAWrongPassword() {
      assertRefused(ConfigurationException.class, postgres.url().replace(password, WRONG),
          "user or password is wrong", address);
    }

    @Test
    void isAnUnknownUser() {
      assertRefused(ConfigurationException.class, postgres.url().replace("//postgres", "//nobody"),
          "user or password is wrong");
    }

    @Test
    void isADatabaseThatDoesNotExist() {
      assertRefused(ConfigurationException.class,
          postgres.url().replaceFirst("/postgres$", "/nowhere"),
          "the database does not exist", "nowhere");
    }

    @Test
    void isAPortAtWhichNobodyListens() {
      postgres.kill();
      try {
        assertRefused(UnavailableException.class, postgres.url(), address, "refused");
      } finally {
        postgres.restart();
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "verify-ca", "verify-full"})
    void isAServerThatDoesNotSpeakTlsWhereTlsIsDemanded(String sslMode) {
      assertRefused(ConfigurationException.class, postgres.url() + "?sslmode=" + sslMode,
          "no TLS");
    }

    @Test
    void isAHostThatNobodyKnows() {
      assertRefused(UnavailableException.class,
          postgres.url().replace("127.0.0.1", "db.abc.supabase.invalid"),
          "the host is not known here", "db.abc.supabase.invalid", "session pooler");
    }

    @Test
    void isAConnectionTooMany() throws SQLException {
      FreshDatabase.on(postgres).execute("create role few login password 'f3w' connection limit 0");
      assertRefused(UnavailableException.class,
          postgres.url().replaceFirst("//[^@]*@", "//few:f3w@"), "too many connections");
    }
  }
}
